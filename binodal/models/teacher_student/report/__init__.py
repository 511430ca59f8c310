"""The model's chapters and figures of the report."""
