"""Derivation of the symmetries: what each leaves invariant, and the commutators B.20."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import product
from math import gcd, prod

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import ExactCases, exact_on, generic_fractions
from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.derivation import Derivation
from binodal.derive.step import Check, Step
from binodal.derive.symbols import k
from binodal.models.modular.derivations.characters import LABELS, V, W
from binodal.models.modular.derivations.data import Table, m, n, p, target, target_term
from binodal.models.modular.derivations.nngp import kernel_matrix
from binodal.models.modular.derivations.posterior import (
    Hyperparameters,
    Network,
    energy,
    gradient,
    outputs,
)
from binodal.models.modular.derivations.reading import read
from binodal.models.modular.derivations.symmetries import (
    IntegerMatrix,
    Symmetry,
    averaged_kernel,
    commutator,
    generators,
    modes,
    permutation_matrix,
)

S = sp.Symbol("s", integer=True)  # a unit modulo P
THETA = sp.Symbol("theta")
Q1, Q2 = LABELS[6], LABELS[7]  # the two shifts
AT = Hyperparameters(Fraction(2, 7), Fraction(3, 5), Fraction(5, 11))


def sample_network(order: int) -> Network:
    """A network of two neurons with generic rational weights, none of them special or equal."""
    rows = [tuple(generic_fractions(order, 100 + i)) for i in range(6)]
    return Network(order, tuple(rows[:2]), tuple(rows[2:4]), tuple(rows[4:]))


def sample_symmetries(order: int) -> dict[str, Symmetry]:
    """The generators and one element that mixes them all."""
    return generators(order) | {"mixed": Symmetry(order, (1, 2), order - 1, True)}


def _each(orders: tuple[int, ...]) -> Iterator[tuple[str, Symmetry]]:
    for order in orders:
        for name, symmetry in sample_symmetries(order).items():
            yield f"{name} at P = {order}", symmetry


def _target_cases(claim: sp.Expr) -> ExactCases:
    """The target at moved places, and each of its characters there against the claimed one."""
    for name, g in _each((2, 3, 4, 5, 6, 7)):
        y, residues = target(g.order), range(g.order)
        for label, i in product(residues, repeat=2):
            images = [g.pair(i, j) for j in residues]
            yield name, [y[g.label(label)][a][b] for a, b in images], y[label][i]
            for j, (a, b) in enumerate(images):
                point = {k: 2, n: i, m: j, p: label, S: g.multiplier}
                moved = Cyclotomic.root(g.order, 2 * (a + b - g.label(label)))
                yield (name, "character"), moved, read(claim, g.order, point)


def _output_cases(claim: sp.Expr) -> ExactCases:
    for name, g in _each((2, 3, 4, 5, 6)):
        network = sample_network(g.order)
        old, new = outputs(network), outputs(g.network(network))

        def output(label: int, i: int, j: int, _: int, of: Table = old) -> Fraction:
            return of[label % len(of)][i % len(of)][j % len(of)]

        for label, i, j in product(range(g.order), repeat=3):
            a, b = g.pair(i, j)
            point = {p: label, n: i, m: j, THETA: 0}
            claimed = read(claim, g.order, point, functions={"f": output})
            yield name, new[g.label(label)][a][b], claimed


def _posterior_cases(claim: sp.Expr) -> ExactCases:
    for name, g in _each((2, 3, 4, 5, 6)):
        network = sample_network(g.order)
        moved = g.network(network)
        here = energy(network, AT)
        claimed = read(claim, g.order, {THETA: 3}, functions={"U": {3: here}.get})
        yield name, energy(moved, AT), claimed
        yield f"{name}, gradient", gradient(moved, AT), g.network(gradient(network, AT))


def _mode_cases(claim: sp.Expr) -> ExactCases:
    for name, g in _each((3, 4, 5, 6, 7)):
        w, v = sample_network(g.order).first
        new_w, new_v = g.weights(w, v)
        new, old = (modes(new_w), modes(new_v)), {W: modes(w), V: modes(v)}
        yield name, new, g.modes(old[W], old[V])
        for label in range(g.order):
            moved = prod(half[i] for half in new for i in (label, -label))
            claimed = read(claim, g.order, {k: label, S: g.multiplier}, old)
            yield (name, label), moved, claimed


def _transform_cases(claim: sp.Expr) -> ExactCases:
    """w'_k from the moved weights against e(phase) w_index, for every unit and a generic shift."""
    (character,), (mode,) = claim.atoms(sp.Function), claim.atoms(sp.Indexed)
    (phase,), (index,) = character.args, mode.indices
    yield "one character, one mode", claim / (character * mode), sp.Integer(1)
    for order in (5, 6, 7):
        w, v = sample_network(order).first
        for unit in (i for i in range(1, order) if gcd(i, order) == 1):
            moved, _ = Symmetry(order, (2, 1), unit).weights(w, v)
            for label in range(order):
                point = {k: label, Q1: 2, S: unit}
                root = Cyclotomic.root(order, int(phase.subs(point)))
                transformed = root * modes(w)[int(index.subs(point)) % order]
                yield (order, unit, label), modes(moved)[label], transformed


def _commutator_cases(claim: sp.Expr) -> ExactCases:
    for order in (3, 4, 5, 6):
        weights = [3, 1, -4, 1, 5, -9][:order]
        generic = averaged_kernel(order, weights, [2, 7, -1, 8, -2, 8][:order])
        zero: IntegerMatrix = [[int(claim)] * order**2 for _ in range(order**2)]
        operators = {name: permutation_matrix(g) for name, g in generators(order).items()}
        for name, operator in operators.items():
            for kernel_name, kernel in (("prior", kernel_matrix(order)), ("generic", generic)):
                label = f"[Q, {name}] at P = {order}, {kernel_name} kernel"
                yield label, commutator(kernel, operator), zero
        yield f"[T_1, T_2] at P = {order}", commutator(operators["T_1"], operators["T_2"]), zero


def _symbolic(moved: sp.Expr, original: sp.Expr, rest: Check) -> Check:
    """The symbolic identity must hold and then the explicit cases of ``rest``."""

    def counterexample(claim: sp.Basic) -> str | None:
        difference = sp.expand(moved - original)
        return f"phase {difference}" if difference != 0 else rest.counterexample(claim)

    return Check(f"the phases cancel for symbolic P, and {rest.route}", counterexample)


def _network_steps() -> tuple[Step, ...]:
    """Data, outputs and posterior."""
    phase = target_term().phase
    moved = phase.subs({n: S * n + Q1, m: S * m + Q2, p: S * p + Q1 + Q2}, simultaneous=True)
    relabelled = phase.subs(k, S * k)
    e, f, U = sp.Function("e"), sp.Function("f"), sp.Function("U")
    g = sp.Function("g")
    complete = (Assumption.COMPLETE_DATA,)
    return (
        Step(
            "target",
            "n -> s n + q, m -> s m + q', p -> s p + q + q' sends character k to s k, and "
            "k -> s k permutes the nonzero characters when s is a unit; the flip exchanges n, m",
            e(phase),
            e(relabelled),
            _symbolic(moved, relabelled, exact_on(_target_cases, "entry by entry, P = 2..7")),
            complete,
            source="B.20b",
        ),
        Step(
            "network function",
            "(g w).x_{g(n,m)} = w.x_nm, and the readouts move with the labels",
            f(g(p), g(n), g(m), g(THETA)),
            f(p, n, m, THETA),
            exact_on(_output_cases, "all outputs of rational networks, P = 2..6"),
            source="B.20b",
        ),
        Step(
            "posterior",
            "loss: target and outputs move together; priors and decay: g is a permutation, and "
            "permutes or rotates modes",
            U(g(THETA)),
            U(THETA),
            exact_on(_posterior_cases, "exact energies and gradients, P = 2..6"),
            complete,
        ),
    )


def _mode_steps() -> tuple[Step, ...]:
    """Fourier modes and the kernel."""
    e = sp.Function("e")
    Q, T = sp.symbols("Q T", commutative=False)
    mode_phase = sp.expand(k * Q1 + (-k) * Q1)
    return (
        Step(
            "transform of a mode",
            "n -> s n + q in w_k = (1/P) sum_n w_n e(kn), for the inverse action on the weights",
            W[k],
            e(k * Q1) * W[S * k],
            exact_on(_transform_cases, "transforms of moved weights, every unit of P = 5, 6, 7"),
        ),
        Step(
            "modes",
            "w'_k = e(kq) w_{sk}: |w_k|^2 |v_k|^2 only changes its label, so sums over k != 0 stay",
            e(mode_phase) * W[k] * W[-k] * V[k] * V[-k],
            (W[k] * W[-k] * V[k] * V[-k]).subs(k, S * k),
            _symbolic(
                mode_phase,
                sp.S.Zero,
                exact_on(_mode_cases, "transforms of moved weights in Q(zeta_P), P = 3..7"),
            ),
        ),
        Step(
            "commutators",
            "p(g w) = p(w) gives Q(g x, g x') = Q(x, x'): Q commutes with T_1, T_2, C_q and the "
            "flip, hence is diagonal in the characters",
            Q * T - T * Q,
            sp.S.Zero,
            exact_on(_commutator_cases, "integer matrices, P = 3..6, prior and generic kernels"),
            source="B.20",
        ),
    )


@cache
def symmetries() -> Derivation:
    """B.20 and B.20b: the group leaves data, outputs, posterior, modes and kernel in place."""
    e = sp.Function("e")
    steps = _network_steps() + _mode_steps()
    return Derivation("Symmetries", steps, {"mode_phase": e(k * Q1) * W[S * k]})
