"""Trained factors of matrices."""
