"""Behaviours: what a person's day looked like, in numbers that can be said aloud."""
