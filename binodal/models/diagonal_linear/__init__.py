"""Diagonal linear networks w = u^L - v^L: the early and the late implicit bias."""
