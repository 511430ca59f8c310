"""The single-index theory."""
