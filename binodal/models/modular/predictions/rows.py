"""Predictions for modular addition: printed and derived closures, two limits, wrong factors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import nan

from flint import arb

from binodal.models.modular.numerics.finite import solve_finite
from binodal.models.modular.numerics.results import Closure, Solution
from binodal.models.modular.numerics.solve import solve_thermodynamic
from binodal.models.modular.predictions import finite_width
from binodal.models.modular.predictions.losses import losses
from binodal.models.modular.predictions.mode_law import ModeClosure, kernel_scale, solve_modes
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.validate.prediction import Prediction


def predictions(
    parameters: Parameters, theories: Sequence[str], places: Sequence[float] = ()
) -> list[Prediction]:
    """a, lambda and x2 of the named theories in both limits; moments of |u_k|^2, the train loss and
    the accuracy of the derived one; and controls.

    The derived theory comes at first order in 1/N as well.

    At even P the real mode P/2 has its own closure: a, lambda and x2 are then averages over all
    k != 0, and the other moments are left out. ``places`` is not used.
    """
    rows: list[Prediction] = []
    for theory in theories:
        for limit, solution in (
            ("thermodynamic", solve_thermodynamic(parameters, theory)),
            ("finite", solve_finite(parameters, theory)),
        ):
            rows += _of_closure(parameters, solution, theory, limit)
    floats = {name: float(value) for name, value in parameters.items()}
    if "derived" in theories and parameters["P"] % 2:
        rows += _moments(floats)
    if "derived" in theories:
        rows += finite_width.predictions(floats)
    return rows + list(controls(floats))


def _of_closure(
    parameters: Parameters, solution: Solution, theory: str, limit: str
) -> Iterator[Prediction]:
    closure = _averaged(parameters, solution)
    if closure is None:
        for name in ("a", "lambda", "x2"):
            yield Prediction(theory, name, nan, 0.0, None, limit, 1, missing=solution.reason)
        return
    factor = kernel_scale({k: float(v) for k, v in parameters.items()}, theory)
    blank = Prediction(theory, "", 0.0, limit=limit, modes=1)
    numbers = {"a": closure.a, "lambda": closure.lam, "x2": closure.lam / arb(factor)}
    for name, ball in numbers.items():
        yield replace(blank, observable=name, value=float(ball.mid()), error=float(ball.rad()))


def _averaged(parameters: Parameters, solution: Solution) -> Closure | None:
    """The closure averaged over k != 0, the real mode of even P included."""
    closure, real = solution.closure, solution.real_mode
    if closure is None or real is None:
        return closure
    count = int(parameters["P"]) - 1
    means = (
        (left * (count - 1) + right) / count
        for left, right in ((closure.a, real.a), (closure.lam, real.lam))
    )
    return Closure(*means)


def _moments(parameters: Mapping[str, float]) -> Iterator[Prediction]:
    """<x>, <x^2>, <x_k x_v,k'> for k' != +-k, loss and accuracy, by quadrature at two orders."""
    coarse, fine = (solve_modes(parameters, nodes=nodes) for nodes in (8, 12))
    by_order = [_more(parameters, closure) for closure in (coarse, fine)]
    for name, value in by_order[1].items():
        yield Prediction("derived", name, value, abs(value - by_order[0][name]), modes=1)


def _more(
    parameters: Mapping[str, float], closure: ModeClosure, factor: float = 1.0
) -> dict[str, float]:
    """What a closure says beside a and lambda; ``factor`` multiplies the kernel."""
    moments = {name: _moment(closure, name) for name in ("x", "x4", "pair")}
    lost = losses(parameters, closure, factor)
    return moments | {name: lost[name] for name in ("train_loss", "accuracy")}


def _moment(closure: ModeClosure, name: str) -> float:
    return closure.moments.x**2 if name == "pair" else float(getattr(closure.moments, name))


_CONTROLS: Mapping[str, tuple[float, float, float]] = {
    "control: lambda without its factor 4": (1.0, 0.25, 1.0),
    "control: S = P s a mode": (0.5, 1.0, 1.0),
    "control: no interaction": (1.0, 1.0, 0.0),
}
"""Copies of the action, factors of lambda and of the coupling u; all ones is the theory."""


def controls(parameters: Mapping[str, float]) -> Iterator[Prediction]:
    """Wrong on purpose: the kernel's factor 4 left out, one copy of the action, no interaction."""
    for name, change in _CONTROLS.items():
        blank = Prediction(name, "", nan, modes=1, control=True)
        try:
            closure = solve_modes(parameters, *change)
        except Undecided as doubt:
            for missing in ("a", "lambda"):
                yield replace(blank, observable=missing, missing=str(doubt))
            continue
        yield replace(blank, observable="a", value=closure.a)
        yield replace(blank, observable="lambda", value=closure.level)
        yield replace(blank, observable="x2", value=_moment(closure, "x2"))
        if parameters["P"] % 2:
            for observable, value in _more(parameters, closure, change[1]).items():
                yield replace(blank, observable=observable, value=value)
