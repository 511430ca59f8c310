"""Expressions of the teacher-student model that code can be generated for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations_with_replacement
from types import MappingProxyType

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.symbols import (
    N,
    b,
    c,
    d,
    epsilon,
    kappa,
    n,
    q,
    rho,
    sigma2,
    sigma_a2,
    sigma_w2,
    y,
)
from binodal.models.protocol import Expressions
from binodal.models.teacher_student.derivations.action import action, published_in_q, stationarity
from binodal.models.teacher_student.derivations.closure import MEAN_RHO, closure, closure_residuals
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.events import event_curve
from binodal.models.teacher_student.derivations.finite_d import finite_d, log_weight
from binodal.models.teacher_student.derivations.kernel import element, kernel
from binodal.models.teacher_student.derivations.limit import (
    droplet_branch,
    droplet_mass,
    gain,
    limit,
    zero_branch,
    zero_stiffness,
)
from binodal.models.teacher_student.derivations.overlap_law import (
    contracted_action,
    contracted_overlap2,
)

_ORDER = (rho, q, y, b, c, *MEAN_RHO, kappa, N, n, d, sigma2, sigma_w2, sigma_a2, epsilon)
_KAPPA = f"kappa = {coupling()}"


def _expressions(
    values: Mapping[str, sp.Expr], assumptions: Sequence[Assumption], source: str, note: str
) -> Expressions:
    """Arguments are the free symbols: unknowns first, then parameters.

    ``source`` names the functions of the derivations that the values come from.
    """
    free = set().union(*(e.free_symbols for e in values.values()))
    used = tuple(symbol for symbol in _ORDER if symbol in free)
    needs_kappa = (_KAPPA,) if kappa in used else ()
    derived = f"Derived in binodal.models.teacher_student.derivations.{source}."
    assumed = (f"Assumes {a.value}" for a in assumptions)
    return Expressions(values, used, (derived, note, *needs_kappa, *assumed))


def _source(theory: str) -> str:
    return f"action: {'relaxed' if theory == 'derived' else 'published'}_action"


def _action(theory: str) -> Expressions:
    of = action(theory)
    note = f"S/d of the {theory} theory, relative to rho = 0"
    return _expressions({"S": of.density()}, of.assumptions, _source(theory), note)


def _gradient(theory: str) -> Expressions:
    of = action(theory)
    slopes = {"S_rho": of.slope(), **{f"S_{t}": sp.diff(of.density(), t) for t in (b, c)}}
    note = f"first derivatives of S/d in rho, b and c, {theory} theory"
    return _expressions(slopes, of.assumptions, _source(theory), note)


def _hessian(theory: str) -> Expressions:
    of = action(theory)
    slopes = {rho: of.slope(), **{t: sp.diff(of.density(), t) for t in (b, c)}}
    pairs = combinations_with_replacement((rho, b, c), 2)
    bends = {f"S_{s}_{t}": sp.diff(slopes[s], t) for s, t in pairs}
    note = f"second derivatives of S/d in rho, b and c, {theory} theory"
    return _expressions(bends, of.assumptions, _source(theory), note)


def _saddles(theory: str) -> Expressions:
    coefficients = reversed(stationarity(theory).all_coeffs())
    values = {f"a{k}": value for k, value in enumerate(coefficients)}
    note = "coefficients, constant first, of a polynomial: zeros on (0, 1/2) are the saddles in rho"
    return _expressions(values, action(theory).assumptions, _source(theory), note)


def _overlap(theory: str) -> Expressions:
    of = action(theory)
    note = "q^2 and r_perp^2 of a neuron at rho"
    values = {"q2": of.overlap2, "r_perp2": of.perp2}
    return _expressions(values, of.assumptions, _source(theory), note)


def _overlap_law(theory: str) -> Expressions:
    if theory == "published":
        note = "S/d in the overlap q, relative to q = 0"
        values = {"S": published_in_q()}
        return _expressions(values, action(theory).assumptions, "action: published_in_q", note)
    note = (
        "S/d against q as a curve with parameter rho, r_perp contracted at each q; cancels where "
        "kappa rho sigma_w2 (b - 2 c rho)^2 is large: use mpmath or arb there"
    )
    values = {"q2": contracted_overlap2(), "S": contracted_action()}
    source = "overlap_law: contracted_overlap2, contracted_action"
    return _expressions(values, action(theory).assumptions, source, note)


def _event(event: str) -> Callable[[str], Expressions]:
    def quantity(theory: str) -> Expressions:
        ratio, strength = event_curve(event, theory)
        note = f"b/c and kappa c^2 where {event} happens at rho"
        values = {"ratio": ratio, "strength": strength}
        return _expressions(values, action(theory).assumptions, "events: event_curve", note)

    return quantity


def _closure(theory: str) -> Expressions:
    rows = dict(zip(("closure_b", "closure_c"), closure_residuals(), strict=True))
    note = "zero at the solution; R1, R2, R3 are <rho>, <rho^2>, <rho^3> over the law of one neuron"
    return _expressions(rows, closure().assumptions, "closure: closure_residuals", note)


def _kernel(theory: str) -> Expressions:
    values = {f"Q_{2 * i + 1}{2 * k + 1}": element(i, k) for i, k in ((0, 0), (0, 1), (1, 1))}
    note = "integrands of the kernel's elements at rho"
    return _expressions(values, kernel().assumptions, "kernel: element", note)


def _zero_state(theory: str) -> Expressions:
    values = {
        "branch": zero_branch().subs(kappa, coupling()),
        "stiffness": zero_stiffness().subs(kappa, coupling()),
        "gain": gain(),
        "kappa": coupling(),
    }
    note = "branch is zero at the zero state's b; stiffness is S''(0)/d in q"
    source = "limit: zero_branch, zero_stiffness, gain"
    return _expressions(values, limit().assumptions, source, note)


def _droplet(theory: str) -> Expressions:
    values = {"mass": droplet_mass(), "branch": droplet_branch().subs(kappa, coupling())}
    note = "droplet neurons sit at rho with total mass mass/d; branch is zero at the solution"
    source = "limit: droplet_mass, droplet_branch"
    return _expressions(values, limit().assumptions, source, note)


def _law(theory: str) -> Expressions:
    note = "log of the unnormalised density of y = q/sqrt(1 + 2 r_perp^2) at finite d"
    values = {"log_weight": log_weight(theory)}
    return _expressions(values, finite_d().assumptions, "finite_d: log_weight", note)


EXPRESSIONS: Mapping[str, Callable[[str], Expressions]] = MappingProxyType(
    {
        "action": _action,
        "gradient": _gradient,
        "hessian": _hessian,
        "saddles": _saddles,
        "overlap": _overlap,
        "overlap-law": _overlap_law,
        "birth": _event("birth"),
        "coexistence": _event("coexistence"),
        "closure": _closure,
        "kernel": _kernel,
        "zero-state": _zero_state,
        "droplet": _droplet,
        "finite-d": _law,
    }
)
