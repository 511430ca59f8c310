"""Tests of modular addition: laws with mutants, exact cases and closed forms."""
