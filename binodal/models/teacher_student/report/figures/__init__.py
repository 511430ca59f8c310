"""The model's figures, one a file."""
