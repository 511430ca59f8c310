"""Ensembles of Fourier modes with independent uniform phases, and their exact averages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from binodal.derive.cyclotomic import Cyclotomic

Moments = dict[tuple[int, int, int, int], Cyclotomic]
Matrix = dict[tuple[int, int, int, int], Cyclotomic]


@dataclass(frozen=True)
class State:
    """With ``probability``, a mode has moduli |w_k| = ``w`` and |v_k| = ``v``."""

    probability: Fraction
    w: Fraction
    v: Fraction


@dataclass(frozen=True)
class Ensemble:
    """Independent modes 0..P//2; each draws a joint state of its moduli, then two phases.

    Phases of w_k and v_k are uniform and independent; the modes that are their own
    inverse (0, and P/2 for even P) are real and have uniform signs.
    """

    order: int
    states: Mapping[int, tuple[State, ...]]

    def representative(self, k: int) -> int:
        """k and P-k are one mode: the smaller of the two."""
        return min(k % self.order, -k % self.order)

    def moment(self, mode: int, w_power: int, v_power: int) -> Fraction:
        """<|w_k|^{2 w_power} |v_k|^{2 v_power}> of one mode."""
        return sum(
            (
                s.probability * s.w ** (2 * w_power) * s.v ** (2 * v_power)
                for s in self.states[mode]
            ),
            Fraction(0),
        )

    def squares(self, w_modes: Sequence[int], v_modes: Sequence[int]) -> Fraction:
        """<prod |w_k|^2 prod |v_j|^2>: moments within a mode, products between modes."""
        w = Counter(map(self.representative, w_modes))
        v = Counter(map(self.representative, v_modes))
        value = Fraction(1)
        for mode in set(w) | set(v):
            value *= self.moment(mode, w[mode], v[mode])
        return value

    def phase_average(self, w_labels: Sequence[int], v_labels: Sequence[int]) -> Fraction:
        """<prod w_k prod v_j> by counting: each phase must cancel, each sign occur evenly."""
        powers: list[Counter[int]] = []
        for labels in (w_labels, v_labels):
            counts, total = Counter(k % self.order for k in labels), Counter[int]()
            for mode in {self.representative(k) for k in labels}:
                inverse = -mode % self.order
                if mode == inverse and counts[mode] % 2:
                    return Fraction(0)
                if mode != inverse and counts[mode] != counts[inverse]:
                    return Fraction(0)
                total[mode] = counts[mode] // 2 if mode == inverse else counts[mode]
            powers.append(total)
        value = Fraction(1)
        for mode in set(powers[0]) | set(powers[1]):
            value *= self.moment(mode, powers[0][mode], powers[1][mode])
        return value


def generic_ensemble(order: int) -> Ensemble:
    """Two joint states a mode, different for every mode; far from Gaussian, w and v correlated."""
    states: dict[int, tuple[State, ...]] = {}
    for k in range(order // 2 + 1):
        low, high = Fraction(k + 2, 3), Fraction(5, k + 2)
        rest = Fraction(1, k + 3)
        states[k] = (
            State(rest, low, high),
            State(1 - rest, Fraction(1, 2), Fraction(2 * k + 3, 7)),
        )
    return Ensemble(order, states)


def enumeration_ensemble(order: int) -> Ensemble:
    """The generic ensemble with one state for k = 0, which keeps full enumerations short."""
    states = dict(generic_ensemble(order).states)
    return Ensemble(order, states | {0: (State(Fraction(1), Fraction(2, 3), Fraction(5, 2)),)})


def identical_ensemble(order: int) -> Ensemble:
    """All modes but k = 0 share one law, symmetric in w and v; w_0 and v_0 have another."""
    one, other = (Fraction(1, 2), Fraction(3, 2)), (Fraction(2, 3), Fraction(5, 4))
    law = (
        State(Fraction(1, 5), *one),
        State(Fraction(1, 5), one[1], one[0]),
        State(Fraction(3, 5), other[0], other[0]),
    )
    zero = tuple(State(Fraction(1, 4), s, t) for s in other for t in other)
    return Ensemble(order, {k: law if k else zero for k in range(order // 2 + 1)})


def _half_configurations(order: int, moduli: Sequence[Fraction]) -> Iterator[list[Cyclotomic]]:
    """All real weights w_n with the given moduli and phases in {zeta^j}, signs in {+-1}."""
    complex_modes = range(1, len(moduli))
    for sign in (1, -1):
        for phases in product(range(order), repeat=len(moduli) - 1):
            row = []
            for n in range(order):
                total = Cyclotomic.rational(order, sign * moduli[0])
                for k, phase in zip(complex_modes, phases, strict=True):
                    turn = phase - k * n
                    pair = Cyclotomic.root(order, turn) + Cyclotomic.root(order, -turn)
                    total = total + pair * moduli[k]
                row.append(total)
            yield row


def _half_moments(order: int, moduli: Sequence[Fraction]) -> Moments:
    """<w_n^a w_i^b> for a, b <= 2 over all phases, by direct enumeration."""
    share = Fraction(1, 2 * order ** (len(moduli) - 1))
    zero = Cyclotomic.rational(order, 0)
    sites = list(product(range(order), repeat=2))
    upper = [(a, b) for a in range(3) for b in range(a, 3)]
    total = {(a, b, n, i): zero for a, b in upper for n, i in sites}
    for row in _half_configurations(order, moduli):
        powers = [[zero + 1] * order, row, [entry * entry for entry in row]]
        for a, b, n, i in total:
            term = powers[b][i] if a == 0 else powers[a][n] * powers[b][i]
            total[a, b, n, i] = total[a, b, n, i] + term
    half = {key: value * share for key, value in total.items()}
    return half | {(b, a, i, n): value for (a, b, n, i), value in half.items()}


def enumerated_kernel(ensemble: Ensemble) -> Matrix:
    """<(w_n + v_m)^2 (w_n' + v_m')^2> by summing over every state and every phase (odd P >= 5).

    Fifth and higher roots of unity average a phase polynomial of degree four exactly
    as a uniform phase does, so this is the exact kernel. Its phases are independent, so
    the sums over those of w and of v are taken one after the other.
    """
    order = ensemble.order
    if order < 5 or order % 2 == 0:
        raise ValueError(f"P = {order}: enumeration by P-th roots needs an odd P >= 5")
    choices = [ensemble.states[k] for k in range(order // 2 + 1)]
    kernel: Matrix = {}
    weight = {0: 1, 1: 2, 2: 1}  # (w + v)^2 = sum_a weight[a] w^a v^{2-a}
    for states in product(*choices):
        probability = Fraction(1)
        for state in states:
            probability *= state.probability
        w = _half_moments(order, [s.w for s in states])
        v = _half_moments(order, [s.v for s in states])
        for n, i, m, j in product(range(order), repeat=4):
            value = kernel.get((n, m, i, j), Cyclotomic.rational(order, 0))
            for a, b in product(range(3), repeat=2):
                term = w[a, b, n, i] * v[2 - a, 2 - b, m, j]
                value = value + term * (weight[a] * weight[b] * probability)
            kernel[n, m, i, j] = value
    return kernel
