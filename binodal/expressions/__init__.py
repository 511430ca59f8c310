"""Derived expressions by name, one module a model, for code generation."""
