"""Exact checks of the modular-addition derivations at one P that the user names.

Rationals, integers and cyclotomic numbers only: a check passes or is wrong, nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from binodal.errors import RequestError
from binodal.models.protocol import Check, NotOffered

MAX_ORDER = 13
"""Largest P for which all checks together stay below a minute."""


def exact_checks(order: int) -> Iterator[Check]:
    """Names and checks at P = ``order``; each returns None or a sentence about what is wrong.

    A check raises :class:`NotOffered` when its statement does not hold for such a P, with what it
    needs. Raises RequestError for a P that no check is offered for.
    """
    if not 2 <= order <= MAX_ORDER:
        raise RequestError(f"P={order}: exact checks are offered for P from 2 to {MAX_ORDER}")
    named = {
        "NNGP spectrum with multiplicities (B.21b)": _spectrum,
        "action in real and in Fourier space (M.16)": _action,
        "commutators of kernel and symmetries (B.20)": _commutators,
        "number of orbits of mode pairs": _orbits,
        "all (k,k) in one orbit (B.20b)": _one_class,
        "survivors of the decay sum_n w_n^6": _sextic,
    }
    for name, check in named.items():
        yield f"modular at P = {order}: {name}", partial(check, order)


def _require(order: int, *, odd: bool = False, prime: bool = False, at_most: int) -> None:
    from binodal.models.modular.derivations.characters import group_order

    try:
        group_order(order, odd=odd, prime=prime, at_most=at_most)
    except ValueError as needs:
        raise NotOffered(str(needs)) from needs


def _spectrum(order: int) -> str | None:
    from binodal.models.modular.derivations.nngp import eigenvector_cases, spectrum

    for label, image, expected in eigenvector_cases(order, spectrum()):
        if image != expected:
            return f"{label}: Q v is not the eigenvalue times v"
    return None


def _action(order: int) -> str | None:
    from binodal.derive.checks import generic_fractions
    from binodal.models.modular.derivations.action import fourier_action
    from binodal.models.modular.derivations.real_space import real_space_action

    w, v = (tuple(generic_fractions(order, 7 * order + i)) for i in (0, 1))
    names = ("N", "sigma2", "sigma_a2", "a", "gamma")
    hyper: dict[str, Fraction] = dict(zip(names, generic_fractions(5, order + 1), strict=True))
    direct, fourier = real_space_action(w, v, hyper), fourier_action(w, v, hyper)
    return None if direct == fourier else f"{direct} against {fourier}"


def _commutators(order: int) -> str | None:
    from binodal.models.modular.derivations.nngp import kernel_matrix
    from binodal.models.modular.derivations.symmetries import (
        commutator,
        generators,
        permutation_matrix,
    )

    kernel = kernel_matrix(order)
    for name, symmetry in generators(order).items():
        if any(map(any, commutator(kernel, permutation_matrix(symmetry)))):
            return f"[Q, {name}] is not zero"
    return None


def _orbits(order: int) -> str | None:
    from binodal.models.modular.derivations.orbits import orbit_count, orbits

    listed, counted = len(orbits(order)), orbit_count(order)
    return None if listed == counted else f"{listed} orbits listed, {counted} by Burnside's lemma"


def _one_class(order: int) -> str | None:
    from binodal.models.modular.derivations.orbits import diagonal_classes

    _require(order, prime=True, at_most=MAX_ORDER)
    classes = len(diagonal_classes(order))
    return None if classes == 1 else f"{classes} orbits"


def _sextic(order: int) -> str | None:
    from binodal.derive.symbols import P
    from binodal.models.modular.derivations.sextic import (
        MAX_DIRECT_ORDER,
        direct_content,
        surviving_count,
    )

    _require(order, odd=True, at_most=MAX_DIRECT_ORDER)
    survivors, _ = direct_content(order)
    listed, formula = sum(survivors.values()), surviving_count().subs(P, order)
    return None if listed == formula else f"{listed} sextuples listed, {formula} by the formula"
