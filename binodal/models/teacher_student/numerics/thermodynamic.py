"""The closure as d -> infinity: the zero branch, and past coexistence the droplet branch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from flint import arb

from binodal.derive.assumptions import Assumption
from binodal.models.teacher_student.numerics.curves import (
    curves,
    droplet_responses,
    zero_responses,
)
from binodal.models.teacher_student.numerics.functions import assumptions as assumptions_of
from binodal.models.teacher_student.numerics.functions import (
    curve,
    droplet_functions,
    limit_functions,
    values,
)
from binodal.models.teacher_student.numerics.saddles import (
    Closure,
    Saddle,
    deepest_feature,
    saddles,
)
from binodal.models.teacher_student.numerics.systems import DropletSystem
from binodal.numerics.balls import ball, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.refine import Scalar, bisected, refine
from binodal.numerics.results import SolvedClosure

_SCAN_BITS = 96
_LARGEST_T = 28


class Solution(SolvedClosure[Closure, Saddle]):
    """A solved closure."""


def zero_state(parameters: Mapping[str, Fraction], bits: int) -> Closure:
    """b on the zero branch (c = eps): the only zero of its cubic in (0, 1).

    b G - (1 - b) S''(0) is negative at b = 0 and positive at b = 1; b G/(1 - b) increases and
    S''(0) decreases with b, so there is one crossing.
    """

    def branch(b: arb) -> arb:
        return limit_functions()(b, *values(parameters))[0]

    def slope(b: arb) -> arb:
        return limit_functions()(b, *values(parameters))[1]

    with precision(_SCAN_BITS):
        start = bisected(branch, arb(0), arb(1))
    (b,) = refine(Scalar(branch, slope), [start], bits)
    with precision(bits):
        return Closure(b, ball(parameters["epsilon"]))


def solve_thermodynamic(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Solution:
    """GFL where the zero state is the lowest; GMFL-I where feature minima are pinned at S = 0.

    The limit of the closure's convex potential has one minimum, so there is one solution; past
    coexistence it lies where the feature minimum's action vanishes.
    """
    try:
        start = zero_state(parameters, bits)
        with precision(bits):
            stationary = saddles(parameters, start, theory)
            feature = deepest_feature(stationary)
            lower = feature is not None and bool(feature.action < 0)
            if feature is not None and not lower and not feature.action > 0:
                raise Undecided(
                    f"S = {feature.action.str(5)} at the feature minimum has no proved sign"
                )
        if not lower:
            marked = tuple(
                replace(s, mass=arb(int(s.q == 0))) if s.kind == "minimum" else s
                for s in stationary
            )
            with precision(bits):
                learned = curves(parameters, start, zero_responses(parameters, start))
            return Solution(
                theory,
                "thermodynamic",
                Status.CERTIFIED,
                start,
                marked,
                "GFL",
                "zero state deepest",
                _assumptions(theory, Assumption.ZERO_BRANCH),
                curves=learned,
            )
        return _droplet_solution(parameters, theory, bits)
    except Undecided as doubt:
        return Solution.without(theory, "thermodynamic", Status.UNDECIDED, str(doubt))


def _droplet_solution(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Solution:
    """The droplet state, with the conditions that make it the potential's only minimum.

    A stationary point of a convex problem is its solution when it is feasible (no saddle with
    S < 0, a stable zero state) and its multiplier, the mass, is positive.
    """
    system = DropletSystem(theory, parameters)
    rho, b, c = refine(system, _droplet_seed(parameters, theory), bits)
    with precision(bits):
        closure = Closure(b, c)
        exact = values(parameters)
        mass = droplet_functions()(rho, b, c, *exact)[0]
        stiffness = limit_functions()(b, *exact)[2]
        stationary = saddles(parameters, closure, theory)
        _require_positive(rho=rho, gap=1 - 2 * rho, mass=mass, stiffness=stiffness)
        if any(not (s.action > 0 or s.rho.overlaps(rho) or s.q == 0) for s in stationary):
            raise Undecided("another saddle of the droplet state is not proved to lie above zero")
        share = mass / ball(parameters["d"])
        responses = droplet_responses(parameters, theory, [rho, b, c, mass])
        learned = curves(parameters, closure, responses)
    marked = tuple(_with_share(saddle, rho, share) for saddle in stationary)
    if not any(s.kind == "minimum" and s.rho.overlaps(rho) for s in marked):
        raise Undecided("the droplet state's feature is not proved to be a minimum")
    held = f"{float(share.mid()):.4g} = m/d to leading order"
    reason = f"feature minima pinned at S = 0 with a mass of {held}"
    if not share < 1:
        reason += "; d is too small for the leading order, so no mass is given"
    return Solution(
        theory,
        "thermodynamic",
        Status.CERTIFIED,
        closure,
        marked,
        "GMFL-I",
        reason,
        _assumptions(theory, Assumption.DROPLET_MASS),
        curves=learned,
    )


def _assumptions(theory: str, branch: Assumption) -> tuple[str, ...]:
    return tuple(a.value for a in (*assumptions_of(theory), branch))


def _require_positive(**quantities: arb) -> None:
    for name, value in quantities.items():
        if not value > 0:
            raise Undecided(f"{name} = {value.str(5)} of the droplet state is not proved positive")


def _with_share(saddle: Saddle, rho: arb, share: arb) -> Saddle:
    """A minimum with its probability to leading order; none where m/d is no probability."""
    if saddle.kind != "minimum" or not share < 1:
        return saddle
    if saddle.q == 0:
        return replace(saddle, mass=1 - share)
    return replace(saddle, mass=share / 2 if saddle.rho.overlaps(rho) else arb(0))


class _DropletLine:
    """The droplet branch along the coexistence curve, as a function of t = -log(1 - 2 rho)."""

    def __init__(self, parameters: Mapping[str, Fraction], theory: str) -> None:
        self.parameters, self.curve = parameters, curve("coexistence", theory)

    def state(self, t: arb) -> tuple[arb, arb, arb]:
        """(rho, b, c) on the line S = S' = 0; c has the sign of epsilon."""
        rho = (1 - (-t).exp()) / 2
        ratio, strength = self.curve(rho, ball(self.parameters["sigma_w2"]))
        kappa = limit_functions()(arb(0), *values(self.parameters))[4]
        size = (strength / kappa).sqrt()
        c = size if self.parameters["epsilon"] > 0 else -size
        return rho, ratio * c, c

    def residual(self, t: arb) -> arb:
        """The droplet branch's equation on the line, with the sign it has where it diverges.

        b G/S''(0) goes to sign(b) times infinity as the zero state softens; beyond that point the
        line no longer bounds the stable residuals, and the sign alone keeps the bracket right.
        """
        rho, b, c = self.state(t)
        if not limit_functions()(b, *values(self.parameters))[2] > 0:
            return arb(1) if b > 0 else arb(-1)
        return droplet_functions()(rho, b, c, *values(self.parameters))[1]

    def spare(self, t: arb) -> arb:
        """eps^2 - c^2: positive exactly below the t at which no droplet is left."""
        return ball(self.parameters["epsilon"]) ** 2 - self.state(t)[2] ** 2


def _droplet_seed(parameters: Mapping[str, Fraction], theory: str) -> list[arb]:
    """The sign change of the droplet branch on the coexistence line before c = eps."""
    line = _DropletLine(parameters, theory)
    with precision(_SCAN_BITS):
        start = arb(2) ** -60
        end = bisected(line.spare, start, arb(_LARGEST_T), steps=80)
        return list(line.state(bisected(line.residual, start, end, steps=80)))
