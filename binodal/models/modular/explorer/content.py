"""Modular addition in the explorer: formulas from the derivations, sliders and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sympy as sp

from binodal.derive.symbols import N, a, gamma, latex, mass, sigma2, u, x, x_v
from binodal.models.explorer import TEMPERATURE, WIDTH, Explorer, Formula, Line, Slider, readout
from binodal.models.modular.derivations.closure import (
    renormalised_coupling,
    residual_factor,
    ring_lambda,
)
from binodal.models.modular.derivations.dropped import dropped
from binodal.models.modular.derivations.events import temperature
from binodal.models.modular.derivations.saddles import quadratic
from binodal.models.modular.expressions import EXPRESSIONS
from binodal.models.modular.forms.action import PARAMETERS, TAU
from binodal.models.modular.numerics.dropped import FIELD, NEURONS, OWN, RING, WEIGHTS
from binodal.models.modular.numerics.results import ACTION_UNITS, STABLE_ZERO

_LAMBDA = sp.Symbol("lam", positive=True)
_MASS = sp.Symbol("m", positive=True)


def _formulas(theory: str) -> Iterator[Formula]:
    def of(quantity: str) -> Mapping[str, sp.Expr]:
        return EXPRESSIONS[quantity](theory).values

    (at_u,) = sp.solve(quadratic(), u)
    branch = {"tau": temperature(u).subs(u, at_u), "lam": ring_lambda(theory).subs(mass, 1)}
    residual = {**of("coupling"), "lam": _LAMBDA}
    of_tau = {name: sp.simplify(e.subs(_LAMBDA, TAU - sigma2)) for name, e in residual.items()}
    yield Formula("action", (x, x_v, u), of("action"))
    yield Formula("saddles", (u,), of("saddles"))
    yield Formula("residual", (TAU,), of_tau)
    yield Formula("fullRing", (x,), branch)
    yield Formula("sharing", (), of("sharing"))
    held = {"neurons_on_ring": N * mass}
    yield Formula("dropped", (a, u, x, mass), {**dropped(theory).results, **held})
    for event in ("birth", "coexistence", "gmfl2"):
        yield Formula(event, (), of(event))


def _lines(theory: str) -> Iterator[Line]:
    yield Line("", r"\frac{S(x, x_v)}{P}", EXPRESSIONS["action"](theory).values["S"])


def _closure(theory: str) -> Iterator[tuple[str, str]]:
    pair = rf"u = {latex(renormalised_coupling())},\quad a = {latex(residual_factor())}"
    yield "Coupling and residual.", pair
    yield (
        "Saddles on the diagonal, and the kernel’s eigenvalue when a mass m sits on the ring.",
        rf"{latex(quadratic())} = 0,\quad \lambda = {latex(ring_lambda(theory).subs(mass, _MASS))}",
    )


EXPLORER = Explorer(
    package=__package__,
    title="modular addition",
    first="fig3",
    parameters=PARAMETERS,
    formulas=_formulas,
    lines=_lines,
    numbers=(u, gamma),
    closure=_closure,
    sliders={
        "sigma2": TEMPERATURE,
        "P": Slider("5", "5000", "P", "order of the group", main=True),
        "gamma": Slider("1/100000000", "1", "γ", "sextic weight decay", main=True),
        "N": WIDTH,
        "sigma_a2": readout("1/1000000000", "1/1000"),
    },
    across="gamma",
    place="x",
    unit="P",
    axis="x = |w‹k›|² = |v‹k›|²",
    mirrored=False,
    state={
        "a": ("a", "residual, in units of the target"),
        "lambda": ("λ", "kernel’s eigenvalue on the target"),
        "u": ("u", "coupling"),
    },
    actions={theory: text.removeprefix("action: ") for theory, text in ACTION_UNITS.items()},
    stable_zero=STABLE_ZERO,
    dropped={"field": FIELD, "neurons": NEURONS, "own": OWN, "ring": RING, "weights": WEIGHTS},
    residual=("a",),
    carriers="neurons per mode hold the feature",
)
