"""Scenarios planted in landing files."""
