"""The single-index part of the explorer."""
