"""Foreign formats in: one small module per feed, from the vendor's columns to a silver table."""
