"""Solving on grids: chunks of a request, who computes them, and the store that keeps them."""
