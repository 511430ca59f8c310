"""Derivations of matrix completion."""
