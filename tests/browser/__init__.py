"""Tests that drive the whole thing in Chromium."""
