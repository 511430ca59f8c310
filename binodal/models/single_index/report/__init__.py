"""The chapter of the report on activations."""
