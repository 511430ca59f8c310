"""Closure, saddles and events of the single-index theory in balls."""
