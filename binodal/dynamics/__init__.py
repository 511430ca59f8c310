"""Curves in time of a model: request, document, table, picture."""
