"""The model's part of the explorer."""
