"""Experiments in which trained networks judge the theory: what is run, and what is kept."""
