"""How the gap closes for the teacher-student model: with data, along M.11, and with the width."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from binodal.models.teacher_student.network.network_model import NETWORK
from binodal.models.teacher_student.parameters import SPACE
from binodal.validate.experiments.closing_gaps import closing_gaps
from binodal.validate.experiments.experiment import Case, Length, ensemble, members_at, scaled

SIGMA2 = Fraction(1, 5)
DATA_FACTORS = (1, 2, 4, 8, 16)
LAST_SOURCES = 4
"""Rungs up to this one have their gaps split: the closure on the data itself costs n^3."""

WIDTH_FACTORS = (1, 2, 4)
BETAS = (Fraction(1, 16), Fraction(1, 8), Fraction(1, 4))


def _student(
    name: str, effort: Fraction, members: int, varied: dict[str, Fraction], **changes: Fraction
) -> Case:
    beta = varied.get("beta", Fraction(1, 8))
    parameters = scaled(SPACE.at(SPACE.presets["fig2"]), beta, **changes)
    count = members_at(effort, members)
    spec = ensemble(NETWORK, parameters, count, Length(200, 40, 5), seed=2311)
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


def _cases(effort: Fraction) -> tuple[Case, ...]:
    return (*_data(effort), *_width(effort), *_size(effort))


CLOSING_GAPS = closing_gaps(_cases)
