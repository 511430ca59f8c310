"""Experiments on factors of matrices."""
