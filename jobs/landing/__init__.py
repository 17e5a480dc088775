"""Landed files, found and read."""
