"""Whether the edges of a window meet every curve: when an event cannot be a closed curve.

On an event kappa eps^2, b/eps and S''(0) are functions of rho. Where two parameters are fixed by
rho, a closed curve, which comes back to each rho, cannot exist.
"""

from __future__ import annotations

from fractions import Fraction

from binodal.numerics.codegen.forms import Forms

powers = Forms("binodal.models.teacher_student.forms.events").data(
    "powers", lambda row: row and tuple(map(Fraction, row))
)
"""Exponents of a parameter in kappa and in the gain G; None where they are no monomials."""

SIZES = ("N", "n", "d")
REAL_SIZES = "N, n and d are treated as positive real numbers"


def no_closed_curve(names: tuple[str, str]) -> str | None:
    """Why an event has no closed curve in a plane, or None where that is not known.

    With two monomial parameters kappa and G give both of them, or confine the event to straight
    lines in logarithms. With epsilon and a parameter X, kappa ~ X^p and G ~ X^q, the zero branch
    is A X^(q - p/2) + B X^(-p/2) = 1 with A, B > 0 at each rho: one X if the two powers do not
    differ in sign.

    >>> no_closed_curve(("sigma2", "epsilon")) is None, no_closed_curve(("d", "epsilon")) is None
    (False, True)
    """
    monomial = [name for name in names if name != "epsilon"]
    exponents = [power for name in monomial if (power := powers(name)) is not None]
    if len(exponents) < len(monomial):
        return None
    if len(exponents) == 2:
        return "kappa and G fix both parameters, or one product of their powers, at each rho"
    p, q = exponents[0]
    if (q - p / 2) * (-p / 2) < 0:
        return None
    return "the zero branch fixes both parameters at each rho"
