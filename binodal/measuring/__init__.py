"""Measures of trained networks: files, runs, series of checkpoints and loops of one's own."""
