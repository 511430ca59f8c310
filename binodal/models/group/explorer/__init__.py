"""The groups' part of the explorer."""
