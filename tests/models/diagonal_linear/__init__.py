"""Diagonal linear networks."""
