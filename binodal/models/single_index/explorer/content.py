"""Single-index theories in the explorer: the activation is chosen, the teacher slides."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache

import sympy as sp

from binodal.derive.gaussian import closed_forms
from binodal.derive.gaussian.activations import activation
from binodal.derive.symbols import latex, sigma_w2
from binodal.errors import RequestError
from binodal.models.explorer import Choice, Explorer, Formula, Line, Slider, Trained
from binodal.models.single_index.derivations.action import (
    action,
    amplitude,
    field,
    overlap,
    r,
    u,
)
from binodal.models.single_index.derivations.condensation import slope_at_infinity
from binodal.models.single_index.derivations.law import coupling_per_dimension
from binodal.models.single_index.derivations.limit import (
    at_rest,
    gain,
    gain_of_parameters,
    target,
    zero_branch,
)
from binodal.models.single_index.explorer.formulas import MODES, formulas
from binodal.models.single_index.numerics.critical import STABLE_ZERO
from binodal.models.single_index.numerics.setting import Setting, activated
from binodal.models.single_index.settings import has_several, teacher_of
from binodal.models.teacher_student.explorer.content import EXPLORER as PAPER

NAMES = (
    "erf",
    "relu",
    "gelu",
    "leaky-relu:1/10",
    "abs",
    "linear",
    "sign",
    "sin:1",
    "sin:2",
    "cos:1",
    "gauss",
    "quadratic",
    "monomial:3",
    "he:2",
)
"""Activations whose overlaps have closed forms."""
WHICH = sp.Symbol("which", integer=True)
_GAIN = sp.Symbol("G", positive=True)
_TEACHER = teacher_of("1: 1, 3: -3/10")
_MODES = {1: "linear", 2: "quadratic", 3: "cubic"}
_OWN = [target(k) for k in MODES]


@cache
def _choices() -> dict[str, Choice]:
    return {name: _choice(number, name) for number, name in enumerate(NAMES)}


def _choice(number: int, name: str) -> Choice:
    written, refused, slopes = activation(name).name, "", [Fraction(0)] * len(MODES)
    try:
        of = Setting(activated(written, "none"), _TEACHER)
        slopes = [Fraction(float(g.mid())) for g in of.slopes(max(MODES) + 1)[1:]]
    except RequestError as error:
        refused = str(error)
    even = activation(name).vanishes(max(MODES))
    return Choice(
        f"--activation {shlex.quote(name)}",
        (Fraction(number), *slopes),
        refused,
        () if refused else _overlaps(name),
        str(target(2) if even else target(max(MODES))),
    )


def _overlaps(name: str) -> Sequence[Line]:
    """The closed forms of those that do not vanish."""
    form = activation(name).closed_form
    assert form is not None, name
    values = {k: form.order(k).subs(closed_forms.r, r) for k in MODES}
    return [Line("", f"{latex(overlap(k))}(r)", value) for k, value in values.items() if value]


def _trained(settings: Mapping[str, str]) -> Iterator[Trained]:
    """Networks without biases of the activations here, with one direction of the teacher."""
    written = {activation(name).name: name for name in NAMES}
    known = settings["activation"] in written and settings["bias"] == "none"
    if not known or has_several(settings["teacher"]):
        return
    teacher = teacher_of(settings["teacher"])
    if set(teacher) <= set(MODES):
        own = {str(target(k)): str(teacher.get(k, 0)) for k in MODES}
        for k in teacher:
            yield Trained(written[settings["activation"]], own, f"t{k}", str(amplitude(k)))


def _formulas(theory: str) -> Iterator[Formula]:
    tame = {k: name for k, name in enumerate(NAMES) if not _choices()[name].refused}
    return formulas(tame)


def _lines(theory: str) -> Iterator[Line]:
    yield Line("", r"\frac{S(m, r)}{d}", action(MODES))


def _closure(theory: str) -> Iterator[tuple[str, str]]:
    pair = rf"u = {latex(coupling_per_dimension())},\quad G = {latex(gain_of_parameters())}"
    yield "Coupling and gain.", pair
    yield (
        "Overlaps of a neuron of norm r and cosine m with the residual’s modes.",
        rf"F = {latex(field(MODES))},\quad c_k(r) = \langle \phi(r z)\,He_k(z) \rangle",
    )
    yield (
        "Before coexistence the other modes stay at the teacher’s y, and the linear one is β "
        "times it, with c at the norm of the zero state; past it all move so that the feature is "
        "as deep as the zero state.",
        rf"{latex(zero_branch().subs({gain: _GAIN, at_rest(1): overlap(1)}))} = 0",
    )


EXPLORER = Explorer(
    package=__package__,
    title="any activation",
    first="fig2",
    parameters=[*(s for s in PAPER.parameters if str(s) != "epsilon"), *_OWN],
    formulas=_formulas,
    lines=_lines,
    numbers=(*map(amplitude, MODES), u, sigma_w2),
    closure=_closure,
    sliders={
        **{name: slider for name, slider in PAPER.sliders.items() if name in ("sigma2",)},
        **{
            str(y): Slider("-2", "2", f"y{'₁₂₃'[k - 1]}", f"{_MODES[k]} part of the teacher", True)
            for k, y in zip(MODES, _OWN, strict=True)
        },
        **{n: s for n, s in PAPER.sliders.items() if n not in ("sigma2", "epsilon")},
    },
    across=str(target(3)),
    place="m",
    unit="d",
    axis="cosine m with the teacher",
    mirrored=False,
    state={
        **{
            str(amplitude(k)): (f"t{'₁₂₃'[k - 1]}", f"{_MODES[k]} mode of the residual")
            for k in MODES
        },
        "u": ("u", "coupling"),
    },
    actions={"derived": "S/d, minimised over the norm r at each m"},
    stable_zero=STABLE_ZERO,
    dropped={},
    chosen="Activation",
    fixed=(WHICH, *(slope_at_infinity(k) for k in MODES)),
    choices=_choices,
    coefficients={str(y): str(_TEACHER.get(k, 0)) for k, y in zip(MODES, _OWN, strict=True)},
    words=f"--teacher '{', '.join(f'{k}: @{target(k)}@' for k in MODES)}'",
    farthest=1.0,
    residual=tuple(str(amplitude(k)) for k in MODES),
    trained=_trained,
    scripts=("neuron.js", "held.js", "solver.js", "events.js"),
)
