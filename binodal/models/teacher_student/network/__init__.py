"""The network, and what is measured on it."""
