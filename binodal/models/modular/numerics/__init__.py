"""Numbers of the modular-addition model: closure, saddles, critical points, grids."""
