"""Tests: laws of the mathematics, agreement of independent routes, and the repository's rules."""
