"""Detectors: one small file each, declaration and mathematics together."""
