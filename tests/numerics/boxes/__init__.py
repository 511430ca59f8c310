"""Interval arithmetic on arrays, and searches by exclusion."""
