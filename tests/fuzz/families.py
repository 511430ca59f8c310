"""Settings of the families of models in words: valid, and nothing of the kind."""

from __future__ import annotations

from random import Random

from tests.fuzz.words import garbage

SETTINGS = {
    "activation": ("erf", "relu", "abs", "sign", "sin:1", "he:3", "linear", "gauss", "z*exp(-z^2)"),
    "teacher": ("1: 1, 3: -3/10", "2: 1/2", "1: 1", "1: 1, 2: 1/10", "(1,0): 1, (0,1): 1"),
    "bias": ("none", "none", "none", "fixed:1/2", "scaled:1", "prior:1"),
    "group": ("Z5", "Z2", "S3", "Q8", "D4", "Z2xZ4", "A4", "permutations 1 2 0 | 1 0 2"),
    "decay": ("schatten", "frobenius"),
    "irrep": ("every", "every", "1b", "2a"),
    "samples": ("1, 1/2: 1", "1,1/2,1/4: 1; 0,1,1: -1", "2,1: 1 | 1,1: 1", "1,1: 1", "1: 0"),
    "data": ("none", "none", "file.txt"),
    "loss": ("squared", "squared", "logistic", "exponential"),
    "component": ("1", "1", "2"),
    "pairs": ("all", "all", "subset"),
    "entries": ("1,2: 2 | 2,2: 4 | 2,3: 1", "1,1: 1; 1,2: 1/2", "1,2: 0", "1,2: 1 | 2,1: 2"),
    "entry": ("1,1", "1,1", "2,1", "9,9"),
}
"""Of the families of models: what some member has."""

_WORDED = (
    "1/z",
    "z*w",
    "sin:0",
    "he:99",
    "exp(z^2)",
    "1: 0",
    "41: 1",
    "1:1,1:2",
    "(1: 1",
    "1: 1/0",
    "(1,0): 1, 2: 1",
    "1: 1e40",
    "fixed",
    "prior:-1",
    "scaled:x",
    "Z1",
    "S9",
    "Z2x",
    "D1",
    "Q9",
    "permutations 1 1",
    "permutations",
    "out.json",
    "l2",
    "1a",
    "9z",
    "1, 2",
    "1: 1 | 1, 1: 1",
    ": 1",
    "1/0: 1",
    "hinge",
    "0",
)
"""Settings in words that make no sense."""

OF_FAMILY = {
    "modular": ("pairs",),
    "single-index": ("activation", "teacher", "bias"),
    "group": ("group", "decay", "irrep", "pairs"),
    "diagonal-linear": ("samples", "data", "loss", "component"),
    "matrix-completion": ("entries", "entry"),
}

OWN = {("train", "data"), ("train", "loss"), ("measure", "data")}
"""Options of a command that a family's setting has the name of."""


def worded(chosen: Random, name: str, odd: float) -> str:
    """A setting of a family in words."""
    if chosen.random() < odd:
        return chosen.choice(_WORDED) if chosen.random() < 0.7 else garbage(chosen)
    return chosen.choice(SETTINGS[name])
