"""The teacher-student model in the explorer: formulas from the derivations, sliders and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sympy as sp

from binodal.derive.symbols import b, c, kappa, latex, q, rho, sigma2, sigma_w2
from binodal.models.explorer import (
    TEMPERATURE,
    WIDTH,
    Explorer,
    Formula,
    Line,
    Slider,
    readout,
)
from binodal.models.teacher_student.derivations.action import action
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.limit import gain, zero_stiffness
from binodal.models.teacher_student.expressions import EXPRESSIONS
from binodal.models.teacher_student.forms.action import PARAMETERS
from binodal.models.teacher_student.forms.dropped import ARCSINE, STATE, named, split
from binodal.models.teacher_student.numerics import dropped
from binodal.models.teacher_student.numerics.critical import STABLE_ZERO
from binodal.page.mathematics import mathml

_DROPPED = {
    "freedom_per_neuron": dropped.FIELD,
    "freedom_per_datum": dropped.DATA,
    "unlearned": dropped.UNLEARNED,
    "feature_kernel": dropped.NEURONS,
    "b": dropped.SHIFT_B,
    "c": dropped.SHIFT_C,
    "droplet_shift": dropped.DROPLETS,
}


def _formulas(theory: str) -> Iterator[Formula]:
    def of(quantity: str) -> Mapping[str, sp.Expr]:
        return EXPRESSIONS[quantity](theory).values

    relaxed = action(theory)
    (temperature,) = sp.solve(coupling() - kappa, sigma2)
    state = (rho, b, c, kappa)
    yield Formula("action", state, of("action"))
    yield Formula("slope", state, {"S_rho": relaxed.slope()})
    yield Formula("curvature", state, {"S_rho_rho": sp.diff(relaxed.slope(), rho)})
    yield Formula("overlap", (rho,), {"q2": relaxed.overlap2})
    yield Formula("birth", (rho,), of("birth"))
    yield Formula("coexistence", (rho,), of("coexistence"))
    yield Formula("zeroState", (b,), of("zero-state"))
    yield Formula("droplet", (rho, b, c), of("droplet"))
    yield Formula("sigma2OfCoupling", (kappa,), {"sigma2": temperature})
    arguments, sizes = _dropped(theory)
    yield Formula("kernelSine", (), arguments)
    yield Formula("dropped", (ARCSINE, *STATE), sizes)
    yield Formula("landscape", (_place(theory), b, c, kappa), of("overlap-law"))


def _dropped(theory: str) -> tuple[Mapping[str, sp.Expr], Mapping[str, sp.Expr]]:
    """The sine of an angle of the prior's kernel, and the sizes of dropped terms of that angle."""
    parts = {name: split(named(theory)[name]) for name in _DROPPED}
    (argument,) = {part["argument"] for part in parts.values()} - {sp.Integer(0)}
    return {"sine": argument}, {name: part["size"] for name, part in parts.items()}


def _place(theory: str) -> sp.Symbol:
    return q if theory == "published" else rho


def _lines(theory: str) -> Iterator[Line]:
    if theory == "published":
        yield Line("", r"\frac{S(q)}{d}", EXPRESSIONS["overlap-law"](theory).values["S"])
        return
    transverse = mathml(rf"r_\perp^2 = {latex(action(theory).perp2)}", "inline")
    words = f"Correlation ρ in place of q; the transverse weights follow it, {transverse}."
    yield Line(words, r"\frac{S(\rho)}{d}", EXPRESSIONS["action"](theory).values["S"])
    yield Line("", "q^2", action(theory).overlap2)


def _closure(theory: str) -> Iterator[tuple[str, str]]:
    yield "Coupling.", rf"\kappa = {latex(coupling())}"
    yield (
        "Before coexistence c = ε, and b balances the zero state’s stiffness K against its "
        "gain G; past it b and c stay on the line S = S′ = 0.",
        rf"b\,G = (1 - b)\,K,\quad K = {latex(zero_stiffness())},\quad G = {latex(gain())}",
    )


EXPLORER = Explorer(
    package=__package__,
    title="teacher–student",
    first="fig2",
    parameters=PARAMETERS,
    formulas=_formulas,
    lines=_lines,
    numbers=(b, c, kappa, sigma_w2),
    closure=_closure,
    sliders={
        "sigma2": TEMPERATURE,
        "epsilon": Slider("-2", "2", "ε", "cubic part of the teacher", main=True),
        "d": Slider("10", "2000", "d", "input dimension", main=True),
        "n": Slider("30", "300000", "n", "training inputs"),
        "N": WIDTH,
        "sigma_w2": Slider("1/20", "5", "σ<sub>w</sub>²", "input-weight variance × d"),
        "sigma_a2": readout("1/10000", "1"),
    },
    across="epsilon",
    place="q",
    unit="d",
    axis="overlap q",
    mirrored=True,
    state={
        "b": ("b", "linear mode of the residual"),
        "c": ("c", "cubic mode"),
        "kappa": ("κ", "coupling"),
    },
    actions={
        "published": "S/d with r⊥² = σw² (M.13)",
        "derived": "S/d, minimised over r⊥ at each q",
    },
    stable_zero=STABLE_ZERO,
    dropped=_DROPPED,
    residual=("b",),
)
