"""How the gap between networks and theory closes: with data, along M.11, and with the width."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from binodal.models.modular.experiments.modular_transition import spec_at
from binodal.validate.experiments.experiment import Case, Experiment, members_at, scaled
from binodal.validate.run.spec import RunSpec

SIGMA2 = Fraction(1, 5)
DATA_FACTORS = (1, 2, 4, 8, 16)
LAST_SOURCES = 4
"""Rungs up to this one have their gaps split: the closure on the data itself costs n^3."""

WIDTH_FACTORS = (1, 2, 4)
BETAS = (Fraction(1, 16), Fraction(1, 8), Fraction(1, 4))
MODULAR_WIDTHS = (250, 500, 1000, 2000, 4000)
LEAST_MODULAR = 8
"""Networks; an error bar from fewer is itself uncertain by a third. P = 23 has to do with less."""

# P = 7, 11, 23 along the derived scaling from N = 40: N grows as P^4.
MODULAR_ORDERS = (7, 11, 23)
MODULAR_START = (40, Fraction(1, 200), Fraction("0.0866"))


def _student(
    name: str, effort: Fraction, members: int, varied: dict[str, Fraction], **changes: Fraction
) -> Case:
    beta = varied.get("beta", Fraction(1, 8))
    parameters = scaled("fig2", beta, **changes)
    spec = RunSpec(
        parameters,
        members_at(effort, members),
        starts="both",
        burn_in=200,
        draws=40,
        thin=5,
        seed=2311,
    )
    return Case(name, spec, varied)


def _data(effort: Fraction) -> list[Case]:
    """n and sigma^2 grow together: n/sigma^2 and with it the theory stays, data noise falls."""
    rungs = [
        _student(
            f"data-{m}", effort, 200, {"data": Fraction(m)}, n=Fraction(3000 * m), sigma2=SIGMA2 * m
        )
        for m in DATA_FACTORS
    ]
    return [replace(rung, sources=rung.varied["data"] <= LAST_SOURCES) for rung in rungs]


def _width(effort: Fraction) -> list[Case]:
    """N grows, sigma_a^2 and sigma^2 fall with 1/N: kappa and the gain stay, at four times n."""
    return [
        _student(
            f"width-{m}",
            effort,
            60,
            {"width": Fraction(m)},
            N=Fraction(700 * m),
            sigma_a2=Fraction(8, 700 * m),
            n=Fraction(12000),
            sigma2=SIGMA2 * 4 / m,
        )
        for m in WIDTH_FACTORS
    ]


def _size(effort: Fraction) -> list[Case]:
    """Along M.11; the larger sizes are those of the overlap law."""
    return [
        _student(f"beta-{b.numerator}-{b.denominator}", effort, 200, {"beta": b}, sigma2=SIGMA2)
        for b in BETAS
    ]


def _at_width(width: int, members: int) -> RunSpec:
    """P = 7 with N sigma_a^2 and N sigma^2 fixed."""
    return spec_at(7, width, Fraction(1, 5 * width), Fraction(7, 2 * width), members)


def _modular(effort: Fraction) -> list[Case]:
    found = []
    for width in MODULAR_WIDTHS:
        spec = _at_width(width, members_at(effort, max(LEAST_MODULAR, 16000 // width), 2))
        found.append(Case(f"modular-width-{width}", spec, {"N": Fraction(width)}))
    start, sigma_a2, sigma2 = MODULAR_START
    for order in MODULAR_ORDERS:
        beta = Fraction(order, 7) ** 2
        width = round(start * beta**2)
        members = members_at(effort, max(2, 8000 // (width * (order // 7))), 2)
        spec = spec_at(order, width, sigma_a2 / beta**3, sigma2 / beta**2, members)
        found.append(Case(f"modular-P-{order}", spec, {"P": Fraction(order)}))
    return found


def _cases(effort: Fraction) -> tuple[Case, ...]:
    return (*_data(effort), *_width(effort), *_size(effort), *_modular(effort))


CLOSING_GAPS = Experiment(
    "closing-gaps",
    "How the gap between networks and theory closes",
    "Does the gap vanish with the data, with the width and along the scalings, and how fast?",
    _cases,
)
