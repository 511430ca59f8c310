"""Finite groups, exactly: tables, characters, types of representations, automorphisms."""
