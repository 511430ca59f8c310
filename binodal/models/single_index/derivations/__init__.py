"""Derivations of the single-index theory."""
