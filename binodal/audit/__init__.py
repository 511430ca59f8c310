"""The printed equations, and what judges each of them."""
