"""A neuron that memorises on a group: equal singular values in all irreps, and a missing pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.groups.group import FiniteGroup
from binodal.derive.groups.irreps import blocks
from binodal.derive.groups.names import from_text
from binodal.derive.step import Step
from binodal.derive.symbols import P
from binodal.models.group.derivations.real_irreps import Array, RealIrrep, real_irreps
from binodal.models.modular.derivations.crossing import least_pull, mean_pull
from binodal.models.modular.derivations.pair_left_out import (
    COSINE2,
    HELD,
    TURNED,
    own_weights,
    said_there,
    squared_pull,
)
from binodal.models.modular.derivations.subsets import F

_GROUPS = ("S3", "Q8", "D5", "A4", "Z2xZ4")
_COSINE = 0.6


def shares(kind: str, dimension: int, members: int, decay: str) -> Mapping[str, int]:
    """How many functions on the group an irrep has ``held`` and ``turned``, both irreps of a pair.

    Under schatten it has all singular values, and W of a real irrep of odd dimension, whose
    eigenvalues come with their conjugates, has one that is a sign. Under frobenius it has one,
    which a b^T and b c^T turn in a plane, and a quaternionic irrep none, whose least rank is two.
    """
    if decay == "schatten":
        held, fixed = dimension**2 * members, dimension * (dimension % 2)
    else:
        held, fixed = dimension * members * (kind != "quaternionic"), int(dimension == 1)
    return {"held": held, "turned": held - fixed * (kind == "real")}


def _turn(rho: RealIrrep, rng: np.random.Generator) -> Array:
    """J of the algebra of the matrices, J^2 = -1 in as many planes as there are: the orthogonal
    part of an antisymmetric element."""
    element = np.tensordot(rng.standard_normal(len(rho.matrices)), rho.matrices, 1)
    left, values, right = np.linalg.svd(element - element.T)
    return np.asarray((left * (values > 1e-9)) @ right)


def _waves(rho: RealIrrep, sign: int, decay: str, rng: np.random.Generator) -> tuple[Array, float]:
    """The parts of w and v in an irrep, and how many functions turn. ``sign`` is that of W where
    nothing turns, and V has the other; zero leaves it out."""
    turn, sine = _turn(rho, rng), (1 - _COSINE**2) ** 0.5
    plane, scale = -turn @ turn, rho.weight
    if decay == "schatten":
        rest = np.eye(len(turn)) - plane
        halves = [_COSINE * plane + sine * turn + s * rest for s in (sign, -sign)]
        turned = scale * float(np.trace(plane))
    else:
        b = turn @ rng.standard_normal(len(turn)) if turn.any() else np.ones(1)
        b = b / np.linalg.norm(b)
        a, c = (_COSINE * b + s * sine * turn @ b if turn.any() else -s * sign * b for s in (-1, 1))
        halves, scale = [np.outer(a, b), np.outer(b, c)], scale * rho.multiplicity
        turned = scale * float(turn.any())
    return scale * np.einsum("gij,kij->kg", rho.matrices, np.stack(halves)), turned


def _signs(irreps: Sequence[RealIrrep], decay: str) -> dict[str, int]:
    """Of irreps with a sign for a phase those of one dimension in pairs; zero of one alone."""
    signs = dict.fromkeys((rho.name for rho in irreps), 0)
    for size in {rho.dimension for rho in irreps}:
        fixed = [
            rho.name
            for rho in irreps
            if (rho.kind, rho.dimension) == ("real", size)
            and (size == 1 or (size % 2 and decay == "schatten"))
        ]
        pairs = len(fixed) // 2
        signs.update(zip(fixed, (1, -1) * pairs, strict=False))
    return signs


def _neuron(group: FiniteGroup, decay: str) -> tuple[Array, float]:
    """w and v, and how many functions turn."""
    rng, every = np.random.default_rng(0), real_irreps(group)[1:]
    kept = [rho for rho in every if decay == "schatten" or rho.kind != "quaternionic"]
    signs = _signs(kept, decay)
    parts = [_waves(rho, signs[rho.name], decay, rng) for rho in kept]
    return np.sum([of for of, _ in parts], 0), sum(many for _, many in parts)


def _shares_claims(claim: sp.Basic) -> Claims:
    """Functions that turn by matrices, and all that a neuron could hold, by ranks; and the squared
    pulls of that neuron on all pairs but one, by definition."""
    for name, decay in product(_GROUPS, ("schatten", "frobenius")):
        group = from_text(name)
        own = [shares(b.kind, b.dimension, len(b.members), decay) for b in blocks(group)]
        (w, v), turned = _neuron(group, decay)
        yield (name, decay, "turned"), abs(turned - sum(of["turned"] for of in own)) < 1e-9
        every = sum(of["held"] for of in own)
        held = float(w @ w) / group.order
        left_out = every - held
        yield (name, decay, "held"), 0 <= round(left_out, 9) <= 3 and held > turned - 1e-9
        rest = group.order - 1
        point = {P: group.order, HELD: held / rest, TURNED: turned / rest, COSINE2: _COSINE**2}
        whole, less = (_pulled(group, w, v, missing) for missing in (False, True))
        yield (name, decay), abs(less / whole - float(claim.subs(point))) < 1e-9


def _pulled(group: FiniteGroup, w: Array, v: Array, missing: bool) -> float:
    """Q by definition, functions of one input fitted, with all pairs or without that of units."""
    size, unit = group.order, group.table[0].index(0)
    seen = np.ones((size, size), dtype=bool)
    seen[unit, unit] = not missing
    g, h = np.nonzero(seen)
    single = np.hstack((np.eye(size)[g], np.eye(size)[h]))
    y = np.eye(size)[np.array(group.table)[g, h]] - 1 / size
    y = y - single @ np.linalg.lstsq(single, y, rcond=None)[0]
    return float(np.square(2 * w[g] * v[h] @ y).sum())


def _least_claims(claim: sp.Basic) -> Claims:
    """All subsets of the 16 pairs of Z4 without one, weighed; functions of one input not fitted.
    And the best of all phases at large P."""
    mean_of, least = claim
    phases = np.linspace(0, 1, 2001)
    for share, held, many in ((0.9, 1, 0.7), (0.5, 0.6, 0.5)):
        point = {F: share, HELD: held, TURNED: many}
        every = sp.lambdify(COSINE2, mean_of.subs({**point, P: 10**9}))(phases)
        yield (share, held, many), abs(float(every.max()) - float(least.subs(point))) < 1e-6
    group, share = from_text("Z4"), 0.6
    (w, v), turned = _neuron(group, "schatten")
    unit = group.table[0].index(0)
    table = (2 * np.outer(w, v)).ravel()
    y = np.eye(4)[np.array(group.table).ravel()] - 1 / 4
    parts = np.delete(table[:, None] * y, 5 * unit, 0)
    chosen = (np.arange(2**15)[:, None] >> np.arange(15)) & 1
    kept = chosen.sum(1)
    chance = share**kept * (1 - share) ** (15 - kept)
    whole = np.square((table[:, None] * y).sum(0)).sum()
    mean = chance @ np.square(chosen @ parts).sum(1) / whole
    point = {P: 4, F: share, HELD: float(w @ w) / 12, TURNED: turned / 3, COSINE2: _COSINE**2}
    yield "all subsets of Z4", abs(mean - float(mean_of.subs(point))) < 1e-9


def equal_values_steps() -> tuple[Step, ...]:
    """The pair that is left out of a group, and a random share of its pairs."""
    large = (Assumption.LARGE_P, Assumption.QUENCHED)
    return (
        Step(
            "a pair left out of a group",
            "a neuron with equal singular values puts what it gets wrong on the pair that is left "
            "out: squared pulls over all pairs' by the shares of functions that it holds, "
            "and that a phase turns; others have a sign, +1 in W by halves and the other in V",
            sp.Symbol("Q"),
            squared_pull(own_weights(), said_there()),
            all_hold(_shares_claims, "explicit neurons of S3, Q8, D5, A4 and Z2xZ4, both decays"),
        ),
        Step(
            "the least that memorising has on a group",
            "averaged over subsets as for modes, at the best phase: 1/F + F q/((4 - 2q) F + q) of "
            "what a ring has where all functions are held and the share q turns",
            squared_pull(own_weights(), said_there()),
            sp.Tuple(mean_pull(), least_pull()),
            all_hold(_least_claims, "all subsets of the pairs of Z4, weighed; all phases"),
            large,
        ),
    )
