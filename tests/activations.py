"""Activations that several tests take: every name with a closed form, and what is like it."""

from __future__ import annotations

CLOSED_FORMS = (
    "erf",
    "relu",
    "leaky-relu:1/10",
    "abs",
    "linear",
    "sign",
    "sin:2/3",
    "cos:2",
    "gauss",
    "gelu",
    "quadratic",
    "monomial:5",
    "he:4",
    "heaviside(z)",
    "exp(z/2)",
)
