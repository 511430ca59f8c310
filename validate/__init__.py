"""Experiments: networks trained by Langevin dynamics, the judges of the theory."""
