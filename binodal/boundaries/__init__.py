"""Boundaries of the phases as curves in two parameters: request, document, picture."""
