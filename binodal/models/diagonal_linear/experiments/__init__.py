"""Experiments on trained diagonal linear networks."""
