"""The zero state at infinite size: its fluctuations, and the residual that they leave.

Where the features are linear in the order parameter, <F F^T> = F'F'^T/(L S''(0)) is of the order of
the noise; it has rank one, so t = (1 + c F'F'^T)^{-1} y, and c S''(0) increases with c once it is
positive: one number by bisection, and then a proof.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache

import sympy as sp
from flint import arb, arb_mat

from binodal.derive.neuron import Neuron
from binodal.derive.scaling import weight_of
from binodal.derive.symbols import sigma_a2
from binodal.numerics.balls import precision
from binodal.numerics.codegen.forms import Compiled
from binodal.numerics.codegen.load import compiled, compiled_system
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.neuron.action import exact
from binodal.numerics.neuron.tail import BallFunction
from binodal.numerics.refine import bisected, refine

_SCAN_BITS, _DOUBLINGS = 96, 400


@cache
def _bend(neuron: Neuron) -> sp.Matrix:
    """Half of the second derivatives of the overlaps at zero: F'F'^T.

    Raises ParameterError where the cost has a slope at zero and the overlaps have one too: such a
    zero state fluctuates in another way.
    """
    (order,) = neuron.order
    first = neuron.overlaps.applyfunc(lambda k: sp.simplify(sp.diff(k, order).subs(order, 0)))
    if not first.is_zero_matrix:
        raise ParameterError(f"the features are not linear in {order} at the zero state")
    if sp.simplify(sp.diff(neuron.cost, order).subs(order, 0)) != 0:
        return sp.zeros(*first.shape)
    return neuron.overlaps.applyfunc(lambda k: sp.simplify(sp.diff(k, order, 2).subs(order, 0)) / 2)


def gain(neuron: Neuron) -> sp.Expr:
    """sigma_a^2 W/(sigma^2 L): what fluctuations of order one do to the residual."""
    return sigma_a2 / (neuron.noise * neuron.size)


@cache
def fluctuations(neuron: Neuron) -> sp.Matrix:
    """<sum_c F_ci F_cj> of the zero state to leading order in 1/size.

    Raises ParameterError where that is not invariant beside the noise along the scaling.
    """
    (order,) = neuron.order
    stiffness = sp.diff(neuron.action, order, 2).subs(order, 0)
    bend = _bend(neuron)
    if bend.is_zero_matrix:
        return bend
    if any(weight_of(gain(neuron) * e, neuron.scaling, neuron.parameters) for e in bend if e != 0):
        raise ParameterError("the zero state's fluctuations do not keep pace with the noise")
    return bend / (neuron.size * stiffness)


class _Rows(CompiledSystem):
    """The closure's rows at the zero state, in the modes."""

    def __init__(self, neuron: Neuron, parameters: Mapping[str, Fraction]) -> None:
        super().__init__(_equations(neuron))
        self._neuron, self._parameters = neuron, parameters

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The modes and the parameters."""
        return [*box, *exact(self._neuron, self._parameters)]


@cache
def _equations(neuron: Neuron) -> Mapping[str, Compiled]:
    rows = list(neuron.closure_rows(fluctuations(neuron)) / neuron.noise)
    return compiled_system("zero", rows, neuron.modes, (*neuron.modes, *neuron.parameters))


@cache
def _numbers(neuron: Neuron) -> tuple[BallFunction, BallFunction]:
    """parameters -> gain, F'F'^T, y and scales; (modes, parameters) -> S''(0)."""
    (order,) = neuron.order
    held = [gain(neuron), *_bend(neuron), *neuron.target, *neuron.scales]
    named = {f"v{k}": value for k, value in enumerate(held)}
    stiffness = sp.diff(neuron.action, order, 2).subs(order, 0)
    return compiled("numbers", named, neuron.parameters, "arb"), compiled(
        "stiffness", {"S2": stiffness}, (*neuron.modes, *neuron.parameters), "arb"
    )


def zero_state(neuron: Neuron, parameters: Mapping[str, Fraction], bits: int) -> list[arb]:
    """The modes where no neuron has left zero. Raises :class:`Undecided` without a proof."""
    count, (numbers, stiffness) = len(neuron.modes), _numbers(neuron)

    def modes(strength: arb) -> list[arb]:
        _, *held = numbers(*exact(neuron, parameters))
        bend = arb_mat(count, count, held[: count * count])
        target = arb_mat(count, 1, held[count * count : count * (count + 1)])
        unit = arb_mat(count, count, [arb(int(i == j)) for i in range(count) for j in range(count)])
        solved = (unit + strength * bend).solve(target)
        return [solved[k, 0] / scale for k, scale in enumerate(held[count * (count + 1) :])]

    def excess(strength: arb) -> arb:
        rest = exact(neuron, parameters)
        bend: arb = stiffness(*modes(strength), *rest)[0]
        above: arb = strength * bend - numbers(*rest)[0]
        return above

    if _bend(neuron).is_zero_matrix:
        with precision(bits):
            return modes(arb(0))
    with precision(_SCAN_BITS):
        high = arb(1)
        for _ in range(_DOUBLINGS):
            if excess(high) > 0:
                break
            high *= 2
        else:
            raise Undecided("the zero state was not found")
        start = modes(bisected(excess, arb(0), high, steps=90))
    return refine(_Rows(neuron, parameters), start, bits)
