"""How the gap closes for modular addition: with the width, and along the derived scaling."""

from __future__ import annotations

from fractions import Fraction

from binodal.models.modular.experiments.modular_transition import spec_at
from binodal.validate.experiments.closing_gaps import closing_gaps
from binodal.validate.experiments.experiment import Case, members_at
from binodal.validate.run.spec import RunSpec

WIDTHS = (250, 500, 1000, 2000, 4000)
LEAST_MEMBERS = 8
"""Networks; an error bar from fewer is itself uncertain by a third. P = 23 has to do with less."""

# P = 7, 11, 23 along the derived scaling from N = 40: N grows as P^4.
ORDERS = (7, 11, 23)
START = (40, Fraction(1, 200), Fraction("0.0866"))


def _at_width(width: int, members: int) -> RunSpec:
    """P = 7 with N sigma_a^2 and N sigma^2 fixed."""
    return spec_at(7, width, Fraction(1, 5 * width), Fraction(7, 2 * width), members)


def _cases(effort: Fraction) -> tuple[Case, ...]:
    cases = []
    for width in WIDTHS:
        spec = _at_width(width, members_at(effort, max(LEAST_MEMBERS, 16000 // width), 2))
        cases.append(Case(f"modular-width-{width}", spec, {"N": Fraction(width)}))
    start, sigma_a2, sigma2 = START
    for order in ORDERS:
        beta = Fraction(order, 7) ** 2
        width = round(start * beta**2)
        members = members_at(effort, max(2, 8000 // (width * (order // 7))), 2)
        spec = spec_at(order, width, sigma_a2 / beta**3, sigma2 / beta**2, members)
        cases.append(Case(f"modular-P-{order}", spec, {"P": Fraction(order)}))
    return tuple(cases)


CLOSING_GAPS = closing_gaps(_cases)
