"""Numbers of matrix completion."""
