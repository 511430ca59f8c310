"""Critical points of the published action, each certified, none missed."""

from __future__ import annotations

from flint import arb

from binodal.models.single_index.numerics.critical_point import (
    REACH,
    CriticalPoint,
    found_in,
    label,
    linear,
)
from binodal.models.single_index.numerics.path import PathSystem, path_events, path_norm
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.numerics.transition import Place, transition
from binodal.numerics.balls import ball, bits_of, positive, precision
from binodal.numerics.critical import Found, Request
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.refine import refine


def path_critical(state: State, asked: Request, around: str) -> Found[CriticalPoint]:
    """Births or coexistences. Raises :class:`Undecided` where nothing bounds the cosine."""
    if asked.event == "condensation":
        raise ParameterError(
            "event condensation: the published theory holds the norm across the teacher, which "
            "condenses; choose theory derived"
        )
    zeros = path_events(state, asked.event, -REACH, REACH)
    points = [p for p in (_point(state, asked, zero) for zero in zeros.zeros) if p is not None]
    return found_in(points, zeros.left, asked, around)


def _point(state: State, asked: Request, zero: Box) -> CriticalPoint | None:
    """The proved point; None for a coexistence that is not one of a minimum."""
    bits, system = bits_of(asked.digits), PathSystem(state, asked.event)
    proved = refine(system, zero, bits)
    with precision(bits):
        bend, _ = system.shape(proved)
        deep = asked.event == "birth" or positive(bend)
        if deep is None:
            raise Undecided("the shape of the action at the event has no proved sign")
        if not deep:
            return None
        x, m = proved[-1], proved[0]
        couplings = state.couplings(x)
        r = path_norm(couplings[2], m)
        beta = proved[1] if state.learns_linear_mode else arb(1)
        value = ball(asked.parameters[asked.along]) * x.exp()
        place = Place(m, r, arb(0), arb(0), beta, x)
        passed = transition(state, place, path=True) if asked.event == "coexistence" else None
        return CriticalPoint(
            value,
            couplings[0],
            linear(state, beta),
            m,
            r,
            m * r,
            label=label(state, m),
            transition=passed,
        )
