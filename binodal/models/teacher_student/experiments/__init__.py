"""Experiments with networks of this model."""
