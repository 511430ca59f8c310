"""Experiments with networks of this family."""
