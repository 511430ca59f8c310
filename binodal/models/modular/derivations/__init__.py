"""Modular addition with a quadratic network: from symmetries to phase boundaries."""
