"""Expressions of a single-index model that code can be generated for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.gaussian import closed_forms
from binodal.derive.gaussian.activations import activation, z
from binodal.derive.gaussian.slope import bounded, slope
from binodal.derive.symbols import N, d, n, sigma2, sigma_a2, sigma_w2
from binodal.models.protocol import Expressions
from binodal.models.single_index.derivations.action import (
    action,
    amplitude,
    by,
    by_log_r,
    m,
    overlap,
    r,
    u,
)
from binodal.models.single_index.derivations.finite import (
    closure_row,
    finite,
    h,
    log_weight,
    mean,
    v,
)
from binodal.models.single_index.derivations.law import coupling_per_dimension
from binodal.models.single_index.derivations.limit import limit, target
from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.numerics.closed_modes import closed_modes
from binodal.models.single_index.numerics.setting import Setting, setting_of

_ORDER = (m, r, h, v, z)
_PARAMETERS = (u, N, n, d, sigma2, sigma_w2, sigma_a2)


class _Written:
    """The expressions of one activation and one teacher."""

    def __init__(self, setting: Setting) -> None:
        self.setting, self.of = setting, activation(setting.activation)
        self.modes = closed_modes(setting)

    def activation(self, theory: str) -> Expressions:
        """phi and phi'."""
        values = {"phi": bounded(self.of.phi), "slope": slope(self.of.phi)}
        note = "phi and its slope; point masses at jumps are left out"
        return Expressions(
            values, (z,), (_derived("gaussian.slope: slope"), note, *self._corners())
        )

    def action(self, theory: str) -> Expressions:
        """S/d."""
        note = "S/d relative to the zero state m = 0, r^2 = sigma_w^2"
        return self._of_overlaps({"S": self._action()}, limit().assumptions, "action: action", note)

    def gradient(self, theory: str) -> Expressions:
        """The first derivatives of S/d."""
        whole = self._action()
        slopes = {"S_m": by(whole, "m"), "S_log_r": by_log_r(whole)}
        slopes |= {f"S_t{k}": sp.diff(whole, amplitude(k)) for k in self.setting.modes}
        note = "first derivatives of S/d in m, log r and t_k"
        return self._of_overlaps(slopes, limit().assumptions, "action: action", note)

    def law(self, theory: str) -> Expressions:
        """The law at finite d."""
        values = {"log_weight": log_weight(self.modes).subs(u, coupling_per_dimension())}
        note = "log of the unnormalised density of h = artanh m and v = log r at finite d"
        return self._of_overlaps(
            values, finite().assumptions, "finite: log_weight", note, sp.exp(v)
        )

    def closure(self, theory: str) -> Expressions:
        """The closure's rows."""
        values = {f"closure_{k}": closure_row(k) for k in self.modes}
        note = "zero at the solution; mean_k is <m^k c_k F> over the law of one neuron"
        return self._listed(values, finite().assumptions, "finite: closure_row", [note])

    def _action(self) -> sp.Expr:
        return action(self.setting.modes)

    def _of_overlaps(
        self,
        values: Mapping[str, sp.Expr],
        assumptions: Sequence[Assumption],
        source: str,
        note: str,
        norm: sp.Expr = r,
    ) -> Expressions:
        """With the overlaps' closed forms; without such forms they are arguments."""
        form, notes = self.of.closed_form, [note]
        needed = orders(self.modes, 2)
        if form is None:
            held = ", ".join(str(overlap(k)) for k in needed if _has(values, overlap(k)))
            notes.append(f"{held}: overlaps c_k(r) = E[phi(r z) He_k(z)] of {self.of.name}")
        else:
            table = {overlap(k): form.order(k).subs(closed_forms.r, norm) for k in needed}
            values = {name: value.xreplace(table) for name, value in values.items()}
        return self._listed(values, assumptions, source, notes)

    def _listed(
        self,
        values: Mapping[str, sp.Expr],
        assumptions: Sequence[Assumption],
        source: str,
        notes: Sequence[str],
    ) -> Expressions:
        """Arguments are the free symbols: places, modes, overlaps, then parameters."""
        families = [f(k) for f in (amplitude, target, mean) for k in self.modes]
        families += [overlap(k) for k in orders(self.modes, 2)]
        used = [s for s in (*_ORDER, *families, *_PARAMETERS) if _has(values, s)]
        where = f"activation {self.of.name}, modes {', '.join(map(str, self.modes))}"
        named = (_derived(source), *notes, f"F = sum_k t_k m^k c_k(r); {where}")
        if u in used:
            named = (*named, f"u = {coupling_per_dimension()}")
        sentences = (f"Assumes {a.value}" for a in assumptions)
        return Expressions(values, used, (*named, *self._corners(), *sentences))

    def _corners(self) -> Iterable[str]:
        for name, places in (("kinks", self.of.kinks), ("jumps", self.of.jumps)):
            if places:
                yield f"{name} of the activation at z = {', '.join(map(str, places))}"


def _derived(source: str) -> str:
    if source.startswith("gaussian"):
        return f"Derived in binodal.derive.{source}."
    return f"Derived in binodal.models.single_index.derivations.{source}."


def _has(values: Mapping[str, sp.Expr], symbol: sp.Symbol) -> bool:
    return any(value.has(symbol) for value in values.values())


def expressions(
    activation: str, teacher: str, bias: str
) -> Mapping[str, Callable[[str], Expressions]]:
    """The quantities of a member of the family, by name. Raises RequestError for what has none."""
    of = _Written(setting_of(activation, teacher, bias))
    return {
        "action": of.action,
        "gradient": of.gradient,
        "law": of.law,
        "closure": of.closure,
        "activation": of.activation,
    }
