"""Certified overlaps of a nonlinearity with Hermite modes."""
