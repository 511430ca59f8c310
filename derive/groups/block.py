"""What a neuron has of an irrep and its complex conjugate: one variable, in plain words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """An irrep with its complex conjugate, which real weights tie to it: one variable of a neuron.

    ``name`` is that of the first of ``members``; ``kind`` the Frobenius-Schur type; ``orbit`` the
    names of all irreps that automorphisms and conjugation carry it to.
    """

    name: str
    dimension: int
    kind: str
    members: tuple[str, ...]
    orbit: tuple[str, ...]
