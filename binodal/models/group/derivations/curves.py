"""Learning curves of a group: loss and evidence block by block."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.checks import ExactCases, exact_on
from binodal.derive.derivation import Derivation
from binodal.derive.evidence import LOG_Z, evidence, log_evidence
from binodal.derive.groups.irreps import blocks
from binodal.derive.groups.names import named
from binodal.derive.mean_field import spring
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import P, a
from binodal.models.group.derivations.exact import GROUPS
from binodal.models.group.derivations.finite_width import norm_of_block
from binodal.models.group.derivations.symbols import copies, dimension, order
from binodal.models.modular.derivations import curves as modular


def block_loss() -> sp.Expr:
    """The mean over pairs of the squared residual a y of a block, summed over elements."""
    return a**2 * norm_of_block() / order**2


def block_evidence() -> sp.Expr:
    """A block's part of the log evidence per neuron, with log z its average weight."""
    norm = norm_of_block()
    return log_evidence(LOG_Z, (1 - a) ** 2 * norm, norm, spring(sp.Integer(1)))


def _loss_cases(claim: sp.Expr) -> ExactCases:
    """All blocks with one a are the target delta - 1/|G|, of which every square is known."""
    share = sp.Rational(3, 7)
    for name in GROUPS:
        size = named(name).order
        parts = (
            claim.subs({order: size, dimension: b.dimension, copies: len(b.members), a: share})
            for b in blocks(named(name))
        )
        yield name, sp.Add(*parts), share**2 * (1 - sp.Rational(1, size))


def _evidence_cases(claim: sp.Expr) -> Cases:
    """The (P - 1)/2 pairs of characters of Z_P are modular addition."""
    cyclic = claim.subs({order: P, dimension: 1, copies: 2}) * (P - 1) / 2
    yield "cyclic", sp.simplify(cyclic - modular.potential() + modular.whole_target()), sp.S.Zero


@cache
def curves() -> Derivation:
    """Loss and evidence of a group's blocks, which add up.

    Results: ``loss`` and ``log_evidence`` of a block. Source: derived here.
    """
    steps = (
        *evidence().steps,
        Step(
            "loss of a block",
            "the parts of the target are orthogonal: each adds a^2 |y|^2/|G|^2",
            a**2 * norm_of_block(),
            block_loss(),
            exact_on(_loss_cases, "all parts together are the target, whose squares are counted"),
        ),
        Step(
            "evidence of a block",
            "independent variables of a neuron multiply its weight, and squares add up",
            evidence().results["log_evidence"],
            block_evidence(),
            equal_on(_evidence_cases, "modular addition, all its modes"),
        ),
    )
    results = {**evidence().results, "loss": block_loss(), "log_evidence": block_evidence()}
    return Derivation("Learning curves of a group", steps, results)
