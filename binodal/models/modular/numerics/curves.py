"""Learning curves as P -> infinity: loss, evidence and responses in balls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import arb

from binodal.models.modular.numerics.functions import full_branch, values
from binodal.models.modular.numerics.results import Closure
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.passage import passed
from binodal.numerics.results import Curves, Transition

_FORMS = Forms("binodal.models.modular.forms.curves")
_LEVEL, _EVIDENCE = _FORMS.balls("level"), _FORMS.balls("evidence")
_RESPONSE, _TRANSITION = _FORMS.balls("response"), _FORMS.balls("transition")


def curves(
    parameters: Mapping[str, Fraction], theory: str, closure: Closure, response: arb
) -> Curves:
    """Up to the end of GMFL-I, where no ring lies below the zero state."""
    return _curves(parameters, theory, closure, response, None)


def full_curves(
    parameters: Mapping[str, Fraction], theory: str, closure: Closure, at_x: arb
) -> Curves:
    """Beyond it, where a ring at x holds everything."""
    response = _RESPONSE(theory)(at_x, *values(parameters))[0]
    return _curves(parameters, theory, closure, response, at_x)


def _curves(
    parameters: Mapping[str, Fraction],
    theory: str,
    closure: Closure,
    response: arb,
    ring: arb | None,
) -> Curves:
    """The printed closure is the stationarity of no evidence, so it has none."""
    exact = values(parameters)
    loss, target = _LEVEL()(closure.a, *exact)
    evidence = None
    if theory == "derived":
        at_x = arb(0) if ring is None else ring
        at_u = arb(0) if ring is None else full_branch(theory)(ring, *exact)[0]
        evidence = _EVIDENCE(ring is not None)(closure.a, at_u, at_x, *exact)[0]
    return Curves({"a": loss}, target, evidence, {"a": response})


def transition(along: str, position: arb, exact: Sequence[arb]) -> Transition:
    """What the evidence does at coexistence along a parameter."""
    return passed(_TRANSITION(along)(position, *exact))
