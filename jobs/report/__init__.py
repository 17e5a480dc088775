"""The published night: what investigators read at seven in the morning, as a page, a CSV and a JSON file."""
