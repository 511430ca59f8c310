r"""What the closure in the response says of pairs that are left out, and where it cannot.

With R = d residual/d y / sigma^2 on all pairs (:mod:`binodal.models.modular.predictions.response`)
the residual on pairs E that are left out is R_EE^{-1} of that on all pairs over sigma^2, and on the
others it falls by R_DE R_EE^{-1} of it. Two things say where this ends, both in the exponent of a
neuron on a ring: how much two of them move each other's, f.V f', whose variance the Gaussian
residual leaves out beyond the first order; and how much the pairs that are left out move it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from binodal.models.modular.predictions.mode_law import Array
from binodal.models.modular.predictions.response import Blocks, Law, State, on_target, solved
from binodal.numerics.errors import Undecided
from binodal.numerics.spread import spread_of

ORDERS = (11, 13, 17, 19, 23)
"""Below, mean field is solved on subsets as they are, and the answer to a pair is not linear."""
LEAST = 0.97
"""The least share: below, neurons that memorise move what is seen."""
SETS, COUNT, DRAWS = 3, 300, 12
"""Sets of neurons, neurons of each, and subsets for each set."""
BETWEEN, MOVED = 0.25, 0.5
"""The largest variance of what two neurons on rings add to each other's exponents, and of what the
pairs that are left out add to a neuron's."""
_PARTNERS = 100

Pairs = NDArray[np.intp]


class Left(NamedTuple):
    """a on the pairs seen and on the others over that on all pairs, and ``moved``, the standard
    deviation over neurons of what leaving pairs out adds to their exponents."""

    seen: float
    others: float
    moved: float


def kernel(blocks: Blocks) -> Array:
    """(P, P, P, P): the entries of an operator of outputs between (p, n, m) and (q, 0, 0), by n, m,
    p - n - m and q."""
    order = len(blocks[0])
    turn = np.exp(2j * np.pi * np.outer(np.arange(order), np.arange(order)) / order)
    both = np.fft.ifft2(blocks.reshape((order,) * 4) @ turn.conj(), axes=(0, 1))
    return np.asarray(np.einsum("nmrq,rs->nmsq", both, turn).real / order)


def between(of: Array, rows: Pairs, columns: Pairs) -> Array:
    """The operator's entries (pairs P, pairs P) between some pairs and others."""
    order, label = len(of), np.arange(len(of))
    (n, m), (k, h) = (np.divmod(pairs, order) for pairs in (rows, columns))
    right, down = (n[:, None] - k) % order, (m[:, None] - h) % order
    p = (label[None, :] - (n + m)[:, None]) % order
    q = (label[None, :] - (k + h)[:, None]) % order
    entries = of[
        right[:, None, :, None], down[:, None, :, None], p[:, :, None, None], q[None, None]
    ]
    return np.asarray(entries.reshape(len(rows) * order, -1))


def left_out(response: Blocks, state: State, amplitude: float, pairs: Pairs) -> Left:
    """What leaving ``pairs`` out does, at a = ``amplitude`` on all pairs."""
    law, of = state.law, kernel(response)
    y = law.rule.target.T
    target = y[pairs].ravel()
    solution = np.linalg.solve(between(of, pairs, pairs), target)
    own, whole = target @ target, law.order * (law.order - 1)
    reached = on_target(response) * (target @ solution)
    seen = (whole - reached) / (whole - own)
    others = target @ solution / own / law.at["sigma2"]
    change = -(between(of, np.arange(law.order**2), pairs) @ solution)
    change = change.reshape(-1, law.order) * amplitude / law.at["sigma2"]
    return Left(float(seen), float(others), float(pulled(law, state.halves, change).std()))


def pulled(law: Law, halves: Array, change: Array) -> Array:
    """(n,): f.change of neurons at the mean of their readouts, for a field (pairs, P)."""
    waves = law.waves(np.asarray(halves, np.float32))
    mean = np.fft.ifft(law.readouts(waves).mean, axis=1, norm="ortho").real
    squares = np.square(halves[0][:, :, None] + halves[1][:, None, :]).reshape(len(waves), -1)
    return np.asarray(((squares @ change) * mean).sum(1))


def between_neurons(state: State, rng: np.random.Generator) -> float:
    """The variance of f.V f' over pairs of neurons on rings, those with <|f|^2> above the mean.

    Readouts are drawn.
    """
    law, order = state.law, state.law.order
    waves = law.waves(np.asarray(state.halves, np.float32))
    of = law.readouts(waves)
    values, vectors = np.linalg.eigh(of.covariance)
    root = np.sqrt(np.maximum(values, 0))[:, None, :] * vectors @ vectors.conj().swapaxes(1, 2)
    noise = np.fft.fft(rng.standard_normal(of.mean.shape), axis=1, norm="ortho")
    label = of.mean + (root @ noise[:, :, None])[:, :, 0]
    size = np.trace(of.second, axis1=1, axis2=2).real * np.square(np.abs(waves)).sum(1)
    some = np.flatnonzero(size > size.mean())[:_PARTNERS]
    added = np.zeros((len(some), order**2, order), complex)
    for mode in range(order):
        added[:, law.places[:, mode], mode] = label[some, mode, None] * waves[some]
    answered = np.einsum("krs,iks->ikr", law.blocks, added)
    joint = (answered.reshape(len(some), -1) @ added.reshape(len(some), -1).conj().T).real
    return float(joint[np.triu_indices(len(some), 1)].var())


class Few(NamedTuple):
    """a on the pairs seen and on the others where few are left out, with errors, and the two
    variances that say where this ends."""

    a: float
    a_test: float
    unsure: tuple[float, float]
    between: float
    moved: float


def few_left_out(parameters: Mapping[str, float], share: float) -> Few:
    """The closure in the response with a few pairs left out, on average over subsets.

    Errors hold the spread of sets of neurons and of subsets; for a third line between two neurons
    half of ``between`` on a on the other pairs and an eighth on a; and for what is not linear in
    the pairs left out a quarter of ``moved`` on a on the others and all that a is moved by on a.
    Raises :class:`binodal.numerics.errors.Undecided` beyond the limits above, and as mean field.
    """
    order = parameters["P"]
    if order not in ORDERS:
        raise Undecided(f"P = {order:g}: the response of neurons is offered for P in {ORDERS}")
    if round(share, 9) < LEAST:
        raise Undecided(
            f"below a share of {LEAST} what is left out is not a small change: neurons memorise"
        )
    return _few(tuple(sorted(parameters.items())), round((1 - share) * order**2))


@cache
def _few(parameters: tuple[tuple[str, float], ...], count: int) -> Few:
    at = dict(parameters)
    rows = []
    for seed in range(SETS):
        state, found = solved(at, COUNT, seed)
        rng = np.random.default_rng([seed, count])
        between = between_neurons(state, rng)
        if between > BETWEEN:
            raise Undecided(
                "few neurons on the ring of a mode: what two of them add to each other's exponents "
                f"has the variance {between:.2g}, above {BETWEEN}"
            )
        draws = [
            left_out(found.response, state, found.a, rng.permutation(int(at["P"]) ** 2)[:count])
            for _ in range(DRAWS if count > 1 else 1)
        ]
        seen, others, moved = np.mean(draws, axis=0)
        rows.append((found.a, found.a * seen, found.a * others, between, moved**2))
    whole, a, a_test, between, moved = np.mean(rows, axis=0).tolist()
    if moved > MOVED:
        raise Undecided(
            "the pairs left out move neurons too far for a linear response: exponents have the "
            f"variance {moved:.2g}, above {MOVED}"
        )
    apart = spread_of(np.array(rows))
    of_a = float(apart[1]) + a * between / 8 + abs(a - whole)
    of_others = float(apart[2]) + a_test * (between / 2 + moved / 4)
    return Few(a, a_test, (of_a, of_others), between, moved)
