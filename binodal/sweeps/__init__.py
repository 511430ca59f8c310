"""Solving on grids: axes, the file that holds the result, and the loop that fills it."""
