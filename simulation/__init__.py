"""A guarded facility that does not exist, believable enough to develop on.

Writes the landing files that real access control, computers, mail and personnel systems would deliver, and plants a
few insiders with known answers. Everything is drawn from streams keyed by (seed, purpose, date), so the same
parameters give the same bytes, and a longer simulation begins with the days of a shorter one, up to the first planted
insider (insiders act in the last third of the span).
"""
