"""Certified overlaps."""
