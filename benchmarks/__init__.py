"""What is measured: one command each, that prints its figures, its data, and what they are held against."""
