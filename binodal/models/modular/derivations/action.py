"""The action of one neuron in Fourier space, by orthogonality for symbolic P and exactly."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import ExactCases, exact_on, generic_fractions
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step, both, equal
from binodal.derive.symbols import N, P, a, gamma, k, sigma2, sigma_a2, u, x, x_v
from binodal.models.modular.derivations.characters import LABELS, CharacterTerm, V, W
from binodal.models.modular.derivations.data import m, n, p, target, target_term
from binodal.models.modular.derivations.posterior import Row
from binodal.models.modular.derivations.printed import printed_exponent
from binodal.models.modular.derivations.reading import read
from binodal.models.modular.derivations.real_space import one_mode, real_space_action
from binodal.models.modular.derivations.symmetries import modes

J, L, R = LABELS[4], LABELS[5], LABELS[7]


def projection() -> CharacterTerm:
    """sum_nm y^p_nm (w_n + v_m)^2, one character k of it: 2 P w_k v_k e(-kp).

    The squares w_n^2 and v_m^2 drop out because y has no trivial character.
    """
    base = target_term()
    cross = CharacterTerm(2 * W[J] * V[L], -J * n - L * m)
    square_w = CharacterTerm(W[J] * W[L], -J * n - L * n)
    square_v = CharacterTerm(V[J] * V[L], -J * m - L * m)
    if base.times(square_w).sum_over(m).coefficient or base.times(square_v).sum_over(n).coefficient:
        raise ArithmeticError("the target has a constant part")
    return base.times(cross).sum_over(n, J).sum_over(m, L)


def interaction_per_character() -> sp.Expr:
    """One term of sum_p (sum_nm r^p (w.x_nm)^2)^2 sigma_a^2/(2 N sigma^4) for r = a y."""
    term = projection()
    square = term.times(term.rename(k, R)).sum_over(p, R)
    return sigma_a2 * a**2 / (2 * N * sigma2**2) * square.coefficient


def prior_per_character() -> sp.Expr:
    """One term of |w|^2/2 of both halves (Parseval)."""
    w = CharacterTerm(W[k] * W[L], -k * n - L * n).sum_over(n, L)
    v = CharacterTerm(V[k] * V[L], -k * m - L * m).sum_over(m, L)
    return (w.coefficient + v.coefficient) / 2


def decay_per_character() -> sp.Expr:
    """One term of the mode decay Gamma, a definition of the model (M.16b)."""
    return P * gamma / 6 * ((W[k] * W[-k]) ** 3 + (V[k] * V[-k]) ** 3)


def to_moduli(expression: sp.Expr) -> sp.Expr:
    """Real weights have w_{-k} = conj(w_k): w_k w_{-k} = |w_k|^2 = x, v_k v_{-k} = x_v."""
    root, root_v = sp.symbols("root root_v", positive=True)
    pairs = {W[k]: root, W[-k]: root, V[k]: root_v, V[-k]: root_v}
    return sp.expand(expression.subs(pairs).subs({root: sp.sqrt(x), root_v: sp.sqrt(x_v)}))


@dataclass(frozen=True)
class ModeAction:
    """s(x, x_v) and the factor in S_k = factor * s of one independent mode."""

    s: sp.Expr
    factor: sp.Expr
    coupling: sp.Expr


@cache
def mode_action(theory: str = "derived") -> ModeAction:
    """The action of one independent mode k != -k.

    ``theory`` is "derived" (k and P-k are one mode, so two terms of the sum over k: 2P s)
    or "published" (B.34: one term, P s). Raises ValueError for another name.
    """
    character = to_moduli(
        prior_per_character() - interaction_per_character() + decay_per_character()
    )
    scaled = sp.expand(character / P)
    coupling = -scaled.coeff(x, 1).coeff(x_v, 1)
    s = sp.expand(scaled + (coupling - u) * x * x_v)
    members = 2  # k and -k
    if theory == "derived":
        return ModeAction(s, members * P, coupling)
    if theory == "published":
        return ModeAction(s, printed_exponent(), coupling)
    raise ValueError(f"theory {theory!r} is not published or derived")


def fourier_action(w: Row, v: Row, hyper: dict[str, Fraction]) -> Fraction:
    """The same from the derived terms: modes computed exactly, |w_k|^2 in Q(zeta_P)."""
    order = len(w)
    values = {
        N: hyper["N"],
        sigma2: hyper["sigma2"],
        sigma_a2: hyper["sigma_a2"],
        a: hyper["a"],
        gamma: hyper["gamma"],
        P: order,
    }
    prior, quartic = to_moduli(prior_per_character()), to_moduli(interaction_per_character())
    decay = to_moduli(decay_per_character())
    prior_c, quartic_c, decay_c = (
        Fraction(str(sp.Rational(part.subs({s: sp.Rational(str(t)) for s, t in values.items()}))))
        for part in (prior.coeff(x), quartic.coeff(x * x_v), decay.coeff(x**3))
    )
    left = [mode * mode.conjugate() for mode in modes(w)]
    right = [mode * mode.conjugate() for mode in modes(v)]
    total = sum(left + right, start=left[0] * 0) * prior_c
    total += sum((z * z * z for z in left + right), start=left[0] * 0) * decay_c
    total -= sum((s * t for s, t in zip(left[1:], right[1:], strict=True)), left[0] * 0) * quartic_c
    return total.as_fraction()


def _explicit_cases() -> ExactCases:
    for order in (2, 3, 4, 5, 6, 7, 8, 9, 11, 13):
        w, v = (tuple(generic_fractions(order, 10 * order + i)) for i in (0, 1))
        names = ("N", "sigma2", "sigma_a2", "a", "gamma")
        hyper = dict(zip(names, generic_fractions(5, order), strict=True))
        yield order, real_space_action(w, v, hyper), fourier_action(w, v, hyper)


def _projection_cases(claim: sp.Expr) -> ExactCases:
    for order in (2, 3, 4, 5, 7, 9):
        w, v = (tuple(generic_fractions(order, order + i)) for i in (3, 4))
        y, letters = target(order), {W: modes(w), V: modes(v)}
        pairs = [(i, j) for i in range(order) for j in range(order)]
        for q in range(order):
            fourier = sum(read(claim, order, {k: c, p: q}, letters) for c in range(1, order))
            yield (order, q), fourier, sum(y[q][i][j] * (w[i] + v[j]) ** 2 for i, j in pairs)


def _independent_mode_cases() -> ExactCases:
    """Pairing k with -k: the modes 1..(P-1)/2 of weight two, and P/2 (even P) of weight one."""
    for order in (3, 4, 5, 6, 7, 8):
        w = modes(tuple(generic_fractions(order, order)))
        total = sum((z * z.conjugate() for z in w[1:]), start=w[0] * 0)
        half = [z * z.conjugate() * 2 for z in w[1 : (order + 1) // 2]]
        own_inverse = [] if order % 2 else [w[order // 2] * w[order // 2]]
        yield order, total, sum(half + own_inverse, start=w[0] * 0)
        yield (order, "reality"), [z.conjugate() for z in w], [w[-c % order] for c in range(order)]


def _pair_cases(claim: sp.Tuple, copies: int) -> ExactCases:
    """A neuron with the modes k and -k alone has ``copies`` times the claimed action."""
    whole, s, factor, coupling, independent = claim
    for order in (3, 4, 6):
        direct, values = one_mode(order, "pair")
        yield (order, "action"), direct, copies * whole.subs(u, coupling).subs(values)
    yield "factor", sp.expand(factor * s - whole), sp.Integer(0)
    yield "s at small x", sp.limit(s.subs(x_v, x) / x, x, 0), sp.Integer(1)
    for order in (3, 5, 7, 9):
        pairs = {frozenset((i, -i % order)) for i in range(1, order)}
        yield (order, "pairs"), independent.subs(P, order), len(pairs)


def _own_inverse_cases(claim: sp.Tuple) -> ExactCases:
    coupling = mode_action().coupling
    for kind, order, part in (
        ("real", 4, 0),
        ("real", 6, 0),
        ("constant", 3, 1),
        ("constant", 4, 1),
    ):
        direct, values = one_mode(order, kind)
        yield (kind, order), direct, claim[part].subs(u, coupling).subs(values)


def _pair(mode: ModeAction) -> dict[str, sp.Expr]:
    """What belongs to k and -k together."""
    return {
        "S_mode": sp.expand(mode.factor * mode.s),
        "s": mode.s,
        "exponent": mode.factor,
        "u": mode.coupling,
        "independent_modes": (P - 1) / 2,
    }


def _alone(mode: ModeAction) -> dict[str, sp.Expr]:
    """Modes that are their own inverse: P/2, and 0."""
    return {
        "S_real_mode": sp.expand(P * mode.s),
        "S_constant_mode": sp.expand(P * mode.s.subs(u, 0)),
    }


def _mode_steps(theory: str, per_character: sp.Expr) -> tuple[Step, ...]:
    """From characters to independent modes."""
    mode, derived = mode_action(theory), theory == "derived"
    alone = "neurons with one pair of modes alone, by real-space sums"
    paired = both(
        exact_on(lambda _: _independent_mode_cases(), "exact modes of real weights, P = 3..8"),
        exact_on(
            lambda claim: _pair_cases(claim, 1 if derived else 2),
            alone if derived else f"{alone}, which are twice the printed action",
        ),
    )
    return (
        Step(
            "independent modes",
            "w_{-k} = conj(w_k): k and P-k are one complex mode and their terms add; for even P "
            "the mode P/2 is real and stands alone"
            if derived
            else "as printed: one term P s for each of the P - 1 values of k",
            per_character,
            sp.Tuple(*_pair(mode).values()),
            paired,
            (Assumption.MODE_DECAY,) if derived else (Assumption.PRINTED,),
            source="derived here" if derived else "B.34",
        ),
        Step(
            "modes that are their own inverse",
            "k = 0 and, for even P, k = P/2 have one copy of the action; the target has no k = 0",
            per_character,
            sp.Tuple(*_alone(mode).values()),
            exact_on(_own_inverse_cases, "neurons with that mode alone, by real-space sums"),
            (Assumption.MODE_DECAY,),
        ),
    )


@cache
def action(theory: str = "derived") -> Derivation:
    """M.16, B.22-B.34: the action mode by mode, its coupling u and its number of copies."""
    mode = mode_action(theory)
    t, squared_field = target_term(), sp.Symbol("(w_n + v_m)^2")
    total = prior_per_character() - interaction_per_character() + decay_per_character()
    per_character = sp.expand(P * mode.s.subs(u, mode.coupling))
    complete = (Assumption.MEAN_FIELD, Assumption.COMPLETE_DATA)
    steps = (
        Step(
            "projection",
            "sum over n and m by orthogonality; w_n^2 and v_m^2 meet no trivial character of y",
            sp.Sum(t.coefficient * sp.Function("e")(t.phase) * squared_field, (k, 1, P - 1)),
            projection().coefficient * sp.Function("e")(projection().phase),
            exact_on(_projection_cases, "direct sums at rational weights, P = 2..9"),
            (Assumption.COMPLETE_DATA,),
            source="B.25",
        ),
        Step(
            "action of a character",
            "square the projection, sum over labels p: the characters k and -k meet (factor P)",
            total,
            per_character,
            both(
                equal(to_moduli(total), "every term for symbolic P"),
                exact_on(
                    lambda _: _explicit_cases(),
                    "exact real-space sums at random rational weights, P = 2..13",
                ),
            ),
            complete,
            source="M.16",
        ),
        *_mode_steps(theory, per_character),
    )
    results = {**_pair(mode), **_alone(mode)}
    return Derivation("Action of one neuron in Fourier space", steps, results)
