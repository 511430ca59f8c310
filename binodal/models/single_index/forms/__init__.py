"""Functions that are compiled from the derived expressions."""
