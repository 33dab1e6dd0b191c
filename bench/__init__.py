"""Measurements, one file per figure's subject, each against a peer in the same run."""
