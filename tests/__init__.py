"""Tests by ring: core (no Django), apps, live (real processes), browser (Chromium)."""
