"""Each term of a certified integral's error is needed: without it a ball misses the integral."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flint import arb

from binodal.derive.theories import THEORIES
from binodal.models.registry import preset
from binodal.models.teacher_student.numerics import integrals as of
from binodal.models.teacher_student.numerics.certify import QUADRATURE_BITS, total
from binodal.models.teacher_student.numerics.density import Density
from binodal.models.teacher_student.numerics.finite import float_state
from binodal.models.teacher_student.numerics.saddles import Closure
from binodal.numerics.balls import precision
from binodal.numerics.errors import Undecided
from binodal.numerics.quadrature import gauss_error, gauss_rule

FIG2 = preset("fig2")


def integrated(state, theory, reach=2.0):
    """The integrals over the whole line, by what :mod:`integrals` is set to."""
    with precision(QUADRATURE_BITS):
        at = Closure(*map(arb, state.modes))
        whole = of.NeuronIntegrals(FIG2, theory, (), (0.0,), reach)
        return total(whole.basins(at))


def holds(found, exact):
    return all(one.overlaps(other) for one, other in zip(found, exact, strict=True))


@pytest.mark.parametrize("theory", THEORIES)
def test_the_rule_s_own_error_is_in_the_ball(monkeypatch, theory):
    """With few nodes and a generous tolerance it stands far above the digits."""
    state = float_state(FIG2, theory)
    exact = integrated(state, theory)
    assert all(float(e.rad()) < 1e-20 * float(e.mid()) for e in exact)
    monkeypatch.setattr(of, "_NODES", 10)
    monkeypatch.setattr(of, "_TOLERANCE", arb(2) ** -20)
    found = integrated(state, theory)
    assert holds(found, exact)
    assert 1e-20 < float(found[0].rad() / found[0].mid()) < 1e-3
    monkeypatch.setattr(of._Panel, "error", lambda *_: arb(0))
    monkeypatch.setattr(of._Panel, "at_most", lambda *_: arb(1))
    assert not holds(integrated(state, theory), exact)


@pytest.mark.parametrize("theory", THEORIES)
def test_what_lies_beyond_the_last_panel_is_in_the_ball(monkeypatch, theory):
    state = float_state(FIG2, theory)
    exact = integrated(state, theory)
    monkeypatch.setattr(of.NeuronIntegrals, "_end", lambda self, scale, at: 0.3)
    assert holds(integrated(state, theory), exact)
    monkeypatch.setattr(Density, "beyond", lambda *_: arb(0))
    assert not holds(integrated(state, theory), exact)


@pytest.mark.parametrize("theory", THEORIES)
def test_panels_that_are_passed_over_are_in_the_ball(monkeypatch, theory):
    state = float_state(FIG2, theory)
    exact = integrated(state, theory)
    monkeypatch.setattr(of, "_TOLERANCE", arb(2) ** -12)
    assert holds(integrated(state, theory), exact)
    monkeypatch.setattr(of, "_up_to", lambda most: arb(0))
    assert not holds(integrated(state, theory), exact)


@pytest.mark.parametrize("nodes", [2, 3, 5, 8])
@pytest.mark.parametrize("half", [1, 3])
def test_the_bound_of_gauss_rule_holds_and_is_not_idle(nodes, half):
    """For a pole just outside of the ellipse: above the error, and not far above."""
    with precision(256):
        size, stretch, pole = arb(half), arb(2), arb(half) * arb("1.3")
        rule = sum((size * w / (pole - size * x) for x, w in gauss_rule(nodes)), arb(0))
        error = abs(rule - ((pole + size) / (pole - size)).log())
        largest = 1 / (pole - size * (stretch + 1 / stretch) / 2)
        bound = gauss_error(largest, size, stretch, nodes)
        assert error < bound < 200 * error


def test_the_end_of_the_integrals_is_where_the_rest_is_negligible():
    """It is moved out as far as that takes, and no further than a float can square."""

    def end(beyond):
        integrals = SimpleNamespace(reach=1.0, density=SimpleNamespace(beyond=beyond))
        return of.NeuronIntegrals._end(integrals, arb(1), None)

    assert end(lambda at, _: arb(0)) == 1
    assert 1.6 < end(lambda at, _: (-(at**8)).exp()) < 2
    with pytest.raises(Undecided, match="no proved bound"):
        end(lambda at, _: arb(1))


def test_the_region_of_a_panel_is_its_ellipse():
    """Half axes (s +- 1/s)/2 times half the segment; the segment itself at s = 1."""
    panel = of._Panel(SimpleNamespace(region=lambda *box: box), 1.0, 5.0)
    assert [tuple(map(float, panel.region(s))) for s in (1, 4)] == [(1, 5, 0), (-1.25, 7.25, 3.75)]
