"""Modular addition: a quadratic network learns n + m mod P."""
