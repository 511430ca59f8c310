"""Gaussian integrals: rank-one precision updates, moments, Hermite modes and activations."""
