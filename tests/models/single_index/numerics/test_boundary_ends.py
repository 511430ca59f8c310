"""Where births meet and coexistences end, against a reduction of one mode to a function of r."""

from __future__ import annotations

import mpmath as mp
import pytest
from flint import arb

from binodal.api import boundary
from binodal.models.single_index.numerics.boundary_ends import EndSystem
from binodal.models.single_index.numerics.setting import setting_of
from binodal.numerics.balls import precision
from binodal.numerics.continuation.window import axes_of
from tests.laws import cases
from tests.models.single_index.numerics.test_boundary import PAPER, PARAMETERS, WINDOW

WAVES = {"activation": "cos(z) + cos(3*z)", "teacher": "2: 1"}
RANGES = {"sigma2": ("21/50", "13/25"), "sigma_w2": ("49/50", "28/25")}


@pytest.mark.parametrize("name", ["meeting", "m", "l"])
@pytest.mark.parametrize(("activation", "teacher"), [("erf", PAPER), ("gelu", "1: 1, 2: 1/2")])
def test_slopes_are_those_of_the_rows(name, activation, teacher):
    """Central differences in every coordinate at a generic point."""
    system = EndSystem(
        setting_of(activation, teacher, "none"), name, axes_of(WINDOW, ""), PARAMETERS
    )
    place, step = ["0.61", "-0.23", "0.37", "0.71", "0.52"], arb(2) ** -60
    with precision(256):
        at = [arb(x) for x in place]
        slopes = system.jacobian(at)
        assert len(slopes) == len(slopes[0]) == len(at)
        for k in range(len(at)):
            up, down = ([x + s * step * (i == k) for i, x in enumerate(at)] for s in (1, -1))
            for row, (high, low) in enumerate(
                zip(system.value(up), system.value(down), strict=True)
            ):
                assert abs((high - low) / (2 * step) - slopes[row][k]) < 1e-28


def _coupling(logarithm: mp.mpf, sigma_w2: mp.mpf) -> mp.mpf:
    """log u of the saddle with this log r: S_m = 0 gives u, and S_l = 0 gives m.

    With c = c_2 and h = d log c/d log r, m^2/(1 - m^2) = 2 (r^2/sigma_w^2 - 1)/h.
    """
    r2 = mp.exp(2 * logarithm)
    terms = [w * r2 * mp.exp(-w * r2 / 2) for w in (1, 9)]
    slope = sum(t * (2 - w * r2) for t, w in zip(terms, (1, 9), strict=True)) / sum(terms)
    odds = 2 * (r2 / sigma_w2 - 1) / slope
    return mp.log((1 + odds) ** 2 / (2 * odds * sum(terms) ** 2))


def _depth(logarithm: mp.mpf, sigma_w2: mp.mpf) -> mp.mpf:
    """S/d of that saddle."""
    r2 = mp.exp(2 * logarithm)
    terms = [w * r2 * mp.exp(-w * r2 / 2) for w in (1, 9)]
    slope = sum(t * (2 - w * r2) for t, w in zip(terms, (1, 9), strict=True)) / sum(terms)
    odds = 2 * (r2 / sigma_w2 - 1) / slope
    return (r2 / sigma_w2 - 1 - mp.log(r2 / sigma_w2) + mp.log(1 + odds) - odds / 2) / 2


@pytest.mark.parametrize(
    ("event", "kind", "points"),
    cases(
        [
            ("birth", "end of a feature", 12),
            ("birth", "end of a feature", 5),
            ("coexistence", "end of coexistence", 12),
        ],
        every=2,
    ),
)
def test_curves_end_where_the_reduction_says(event, kind, points):
    """A birth is a maximum or minimum of u along the saddles; a cusp has no second slope either."""
    found = boundary(
        "single-index",
        event,
        names=("sigma2", "sigma_w2"),
        ranges=RANGES,
        points=points,
        preset="fig2",
        sigma2="9/20",
        sigma_w2=1,
        **WAVES,
    ).value[0]
    (end,) = found.end_points
    assert end.kind == kind and end.status == "certified"
    at = {name: mp.mpf(value.mid().str(20, radius=False)) for name, value in end.values.items()}
    with mp.workdps(30):

        def rows(y: mp.mpf, w: mp.mpf) -> tuple[mp.mpf, mp.mpf]:
            other = mp.diff(lambda t: _coupling(t, w), y, 2) if event == "birth" else _depth(y, w)
            return mp.diff(lambda t: _coupling(t, w), y), other

        y, width = mp.findroot(rows, (mp.log(at["r"]) + 1e-4, at["sigma_w2"] - 1e-4))
        assert abs(width - at["sigma_w2"]) < 1e-12
        assert abs(mp.exp(y) - at["r"]) < 1e-12
        assert abs(mp.exp(_coupling(y, width)) - at["u"]) < 1e-10
    if event == "coexistence":
        ends = [end for curve in found.curves for end in curve.ends]
        assert ends.count(kind) == 1
        assert all(p.values["sigma_w2"] > arb("1.0133") for c in found.curves for p in c.points)


def test_the_paper_s_births_have_no_end():
    found = boundary(
        "single-index",
        "birth",
        names=("sigma2", "sigma_w2"),
        ranges={"sigma2": ("1/5", "3/10"), "sigma_w2": ("9/20", "11/20")},
        points=5,
        preset="fig2",
    )
    assert found.value[0].end_points == () and len(found.value[0].curves) == 1
