"""The command `compare`: a run against theories, as rows, a table and JSON."""
