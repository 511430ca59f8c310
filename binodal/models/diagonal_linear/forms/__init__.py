"""Derived expressions as functions of numbers."""
