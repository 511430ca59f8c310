"""The stage of the teacher-student model on whole boxes of parameters, as d -> infinity.

One evaluation at the shallow corner proves that an event is past on the whole box, one at the
deep corner that it is not reached. Floats choose the trial point, balls decide.

The state of a neuron depends on kappa, the gain's size g, eps and sigma_w^2. Over a box each of
them, or the combination in which the features' order is monotone, takes its extremes at corners.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.numerics.functions import PARAMETERS, curve, density
from binodal.numerics.balls import ball, precision
from binodal.numerics.codegen.forms import Forms, exact
from binodal.numerics.errors import ParameterError
from binodal.numerics.grids import Array, crossing
from binodal.numerics.phases.phase_map import Cells
from binodal.numerics.phases.quadtree import Box, Classifier, Stages


@dataclass(frozen=True)
class Corner:
    """One end of a box in the order of states; ``width`` enters the cost, ``spring`` the branch.

    With eps < 0 the two widths sit at opposite ends, because the cost falls and b falls as
    sigma_w^2 grows, which work against each other.
    """

    kappa: arb
    gain: arb
    epsilon: arb
    width: arb
    spring: arb


_FORMS = Forms("binodal.models.teacher_student.forms.phases")
_powers = _FORMS.data("powers", exact)
_monomial = _FORMS.balls("monomial")


def _extreme(name: str, box: Box, highest: bool) -> arb:
    """The largest or smallest value of a monomial on a box."""
    point = {p: box[p][int((power > 0) == highest)] for p, power in _powers(name).items()}
    value: arb = _monomial(name)(*(ball(point[p]) for p in PARAMETERS))[0]
    return value


def corner(box: Box, deepest: bool) -> Corner:
    """The state whose features are at least as deep as anywhere on the box, or the opposite.

    eps must keep one sign on the box, or vanish at an end.
    """
    kappa = _extreme("kappa", box, deepest)
    ends, widths = [ball(e) for e in box["epsilon"]], [ball(w) for w in box["sigma_w2"]]
    far, near = int(deepest), int(not deepest)
    if box["epsilon"][1] > 0:
        gain = _extreme("gain", box, deepest)
        return Corner(kappa, gain, ends[far], widths[far], widths[far])
    gain = _extreme("ratio", box, not deepest) * kappa.sqrt()
    return Corner(kappa, gain, ends[near], widths[far], widths[near])


def halves_by_sign(box: Box) -> list[Box]:
    """The box, cut at eps = 0 if zero lies inside."""
    low, high = box["epsilon"]
    if low < 0 < high:
        zero = Fraction(0)
        return [{**box, "epsilon": (low, zero)}, {**box, "epsilon": (zero, high)}]
    return [box]


def floats(corner: Corner) -> Mapping[str, float]:
    """Midpoints, for the search that the balls decide afterwards."""
    return {name: float(getattr(corner, name).mid()) for name in Corner.__dataclass_fields__}


EVENTS = ("birth", "coexistence")
_BITS = 96
_NUDGE = 1e-11
_MARGIN = 1e-9
_EDGE = 1e-12


_branch, _float_branch = _FORMS.balls("branch"), _FORMS.floats("branch")
_shape = _FORMS.balls("shape")
_soft = _FORMS.balls("soft")
_curve = Forms("binodal.models.teacher_student.forms.action").floats("curve")


def _amplitudes(states: dict[str, Array]) -> Array:
    """b on the zero branch; its left side increases with b."""

    def left(places: Array) -> Array:
        arguments = (places, states["kappa"], states["gain"], states["spring"])
        return np.asarray(_float_branch()(*arguments)[0])

    zeros = np.zeros_like(states["kappa"])
    return crossing(left, zeros + _EDGE, zeros + 1 - 1e-15, sure=True)


def _trials(states: dict[str, Array], theory: str, event: str, shift: float) -> tuple[Array, Array]:
    """rho on the event's curve at b/eps (a little less with a shift), and whether S is past it."""
    ratio = states["b"] / states["epsilon"] - shift
    low = np.full_like(ratio, _EDGE)
    function = _curve(event, theory)
    rho = crossing(lambda x: function(x, states["width"])[0] - ratio, low, 0.5 - low)
    strength = function(rho, states["width"])[1]
    soft = ratio <= function(low, states["width"])[0]
    past = ~soft & (ratio < 1) & (states["kappa"] * states["epsilon"] ** 2 > strength)
    return rho, past


def bounded_amplitude(corner: Corner, guess: float, above: bool) -> arb | None:
    """A proved bound of b on the zero branch, above or below; None when the proof fails."""
    bound = arb(guess * (1 + _NUDGE if above else 1 - _NUDGE))
    left = _branch()(bound, corner.kappa, corner.gain, corner.spring)[0]
    proved = (left > 0 if above else left < 0) and 0 < bound < 1
    return bound if proved else None


def proves_past(event: str, theory: str, corner: Corner, guess: float, trial: float) -> bool:
    """Whether S' < 0 (birth) or S < 0 (coexistence) holds at the trial rho, for all of the box."""
    above = bool(corner.epsilon > 0)
    amplitude = bounded_amplitude(corner, guess, above)
    place = arb(trial)
    if amplitude is None or not (0 < place < 0.5):
        return False
    if above and not 2 * corner.epsilon * place > amplitude:
        return False
    value, slope, _ = density(theory)(place, amplitude, corner.epsilon, corner.kappa, corner.width)
    return bool((slope if event == "birth" else value) < 0)


def proves_before(event: str, theory: str, corner: Corner, guess: float, trial: float) -> bool:
    """Whether the event is excluded for all of the box by one point of its curve.

    At that point S or S' touches zero and is nowhere negative, given that it starts positive at
    rho = 0, or at the zero of the field, where S = E; it lies in the order of states at or beyond
    the deep corner.
    """
    amplitude = bounded_amplitude(corner, guess, bool(corner.epsilon < 0))
    if amplitude is None:
        return False
    ratio = amplitude / corner.epsilon
    if corner.epsilon > 0 and ratio >= 1:
        return True  # b - 2 eps rho has no zero below rho = 1/2
    place = arb(trial)
    if not (0 < place < 0.5):
        return False
    reached, strength = curve(event, theory)(place, corner.width)
    start, convexity = _shape(event, theory)(place, reached, strength, corner.width)
    starts = start >= 0 if corner.epsilon < 0 else reached >= 0 and 2 * place > reached
    touching = bool(starts) and bool(convexity > 0)
    return (
        touching and bool(reached <= ratio) and bool(strength >= corner.kappa * corner.epsilon**2)
    )


def proves_soft(theory: str, box: Box) -> bool:
    """Whether b/eps stays at or below the soft point on the box: no event at all (eps < 0)."""
    low, high = box["epsilon"]
    if high > 0:
        return False
    deep = corner({**box, "epsilon": (-high, -low)}, True)  # b is smallest there
    guess = float(_amplitudes({k: np.array([v]) for k, v in floats(deep).items()})[0])
    amplitude = bounded_amplitude(deep, guess, False)
    if amplitude is None:
        return False
    limits = [_soft(theory)(arb(w))[0] for w in (deep.width, corner(box, False).width)]
    return all(bool(-amplitude / deep.epsilon <= limit) for limit in limits)


def _solved(corners: Sequence[Corner], theory: str, shift: float) -> dict[str, Array]:
    """Float b, trial rho and predictions for many corners at once."""
    rows = [floats(place) for place in corners]
    states = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    with np.errstate(all="ignore"):
        states["b"] = _amplitudes(states)
        for event in EVENTS:
            states[event], states[f"past {event}"] = _trials(states, theory, event, shift)
    return states


def _bounds(
    box: Box,
    theory: str,
    ends: tuple[Corner, Corner],
    rows: tuple[dict[str, float], ...],
    known: Stages,
) -> Stages:
    """Bounds on the stage of one box, from its shallow and its deep corner."""
    if not any(box["epsilon"]):
        return known[0], 0  # without a cubic mode S is convex in rho
    (shallow, deep), (at_shallow, at_deep) = ends, rows
    lowest, highest = known
    for stage, event in enumerate(EVENTS, 1):
        likely, unlikely = at_shallow[f"past {event}"], not at_deep[f"past {event}"]
        early = (event, theory, shallow, at_shallow["b"], at_shallow[event])
        late = (event, theory, deep, at_deep["b"], at_deep[event])
        if lowest < stage and likely and proves_past(*early):
            lowest = stage
        if highest >= stage and unlikely and (proves_before(*late) or proves_soft(theory, box)):
            highest = stage - 1
    return lowest, highest


def _classified(boxes: Sequence[Box], theory: str, known: Sequence[Stages]) -> list[Stages]:
    ends = [(corner(box, False), corner(box, True)) for box in boxes]
    solved = [_solved([pair[k] for pair in ends], theory, _MARGIN * k) for k in (0, 1)]
    stages = []
    for index, (box, pair, bounds) in enumerate(zip(boxes, ends, known, strict=True)):
        rows = tuple({name: column[index] for name, column in s.items()} for s in solved)
        stages.append(_bounds(box, theory, pair, rows, bounds))
    return stages


def teacher_student_classifier(theory: str) -> Classifier:
    """Bounds on the stage of whole boxes. Raises ParameterError for an unknown theory."""
    if theory not in THEORIES:
        raise ParameterError(f"unknown theory {theory!r}: choose {' or '.join(THEORIES)}")

    def classify(boxes: Sequence[Box], known: Sequence[Stages], /) -> list[Stages]:
        parts = [(index, part) for index, box in enumerate(boxes) for part in halves_by_sign(box)]
        with precision(_BITS):
            bounds = _classified([p for _, p in parts], theory, [known[i] for i, _ in parts])
        joint: dict[int, Stages] = {}
        for (index, _), (low, high) in zip(parts, bounds, strict=True):
            before = joint.get(index, (low, high))
            joint[index] = (min(before[0], low), max(before[1], high))
        return [joint[index] for index in range(len(boxes))]

    return classify


CELLS = Cells(teacher_student_classifier, "GMFL-I")
