"""The edges: read, call, write. One module per job; only `lake` touches tables."""
