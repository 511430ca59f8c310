"""Critical points: known answers, independent proofs, invariances and absences."""

from fractions import Fraction
from itertools import product

import pytest
from mpmath import iv, mp

from binodal.derive.theories import THEORIES
from binodal.models.registry import preset
from binodal.models.teacher_student.numerics.critical import critical
from binodal.models.teacher_student.numerics.finite_critical import _BRACKETS, refound
from binodal.models.teacher_student.numerics.functions import (
    PARAMETERS,
    density,
    limit_functions,
    values,
)
from binodal.numerics.balls import ball, precision
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.outcome import Status
from tests.laws import cases

FIG2 = preset("fig2")


def exact(point):
    return Fraction(mp.nstr(mp.mpf(str(point.mid().str(60, radius=False))), 50))


@pytest.mark.parametrize("theory", THEORIES)
@pytest.mark.parametrize(("event", "orders"), [("coexistence", (0, 1)), ("birth", (1, 2))])
def test_the_action_and_its_slopes_vanish_in_the_ball(theory, event, orders):
    point = critical(FIG2, event, "sigma2", theory, 40).point
    with precision(300):
        at = list(values(FIG2))
        at[3] = point.value
        kappa = limit_functions()(point.b, *at)[4]
        slopes = density(theory)(point.rho, point.b, at[6], kappa, at[4])
        branch = limit_functions()(point.b, *at)[0]
    assert all(slopes[k].contains(0) and slopes[k].rad() < 1e-30 for k in orders)
    assert branch.contains(0)


def test_published_coexistence_by_interval_arithmetic_from_the_paper():
    """S/q^2 = 0 and its slope vanish at x = q^2 = D0 (b + 2c)/(2(c - b)); sign change in sigma^2.

    Typed from M.13 and A.12 (with 4/pi in Q_11), in mpmath's interval arithmetic; nothing of the
    toolkit's own chain is used.
    """
    iv.dps = 40

    def gap(sigma2):
        """(right side - left side) of the coexistence condition, increasing in sigma^2."""
        n, d, big_n, sw, eps = (iv.mpf(v) for v in (3000, 150, 700, "0.5", "-0.3"))
        sa = iv.mpf(8) / 700
        s2 = iv.mpf(sigma2)
        kappa = 2 * n**2 * sa / (iv.pi * s2**2 * d * big_n)
        width0 = 1 + 2 * sw
        gain = 4 * n * sa / (iv.pi * s2 * d * width0)
        low, high = mp.mpf(0), mp.mpf(1)
        for _ in range(120):
            b = (low + high) / 2
            cubic = iv.mpf(b) * gain - (1 - iv.mpf(b)) * (
                1 / sw - 2 * kappa * iv.mpf(b) ** 2 / width0
            )
            low, high = (b, high) if cubic < 0 else (low, b)
        b = iv.mpf([low - mp.mpf(10) ** -30, high + mp.mpf(10) ** -30])
        x = width0 * (b + 2 * eps) / (2 * (eps - b))
        width = width0 + 2 * x
        return 1 / (2 * sw) - kappa / width * (b - 2 * eps * x / width) ** 2

    with mp.workdps(40):
        value = critical(FIG2, "coexistence", "sigma2", "published", 30).point.value
        middle = mp.mpf(str(value.mid().str(38, radius=False)))
        assert gap(middle - mp.mpf(10) ** -25) < 0
        assert gap(middle + mp.mpf(10) ** -25) > 0


@pytest.mark.parametrize(
    ("along", "event", "theory"),
    cases(
        product([n for n in PARAMETERS if n != "sigma2"], ["birth", "coexistence"], THEORIES),
        every=5,
    ),
)
def test_a_point_on_the_surface_is_found_along_every_parameter(theory, event, along):
    """Put sigma^2 on its critical value: then every other parameter is critical where it is."""
    at_critical = FIG2.replace(
        sigma2=exact(critical(FIG2, event, "sigma2", theory, 45).point.value)
    )
    found = critical(at_critical, event, along, theory, 20)
    assert found.status is Status.CERTIFIED
    with precision(200):
        assert abs(found.point.value - ball(FIG2[along])) < 1e-15 * abs(ball(FIG2[along]))


@pytest.mark.parametrize("theory", THEORIES)
def test_m11_moves_the_critical_sigma2_with_its_own_exponent(theory):
    beta, alpha = 4, Fraction(3)
    scaled = FIG2.replace(
        N=FIG2["N"] * beta, d=FIG2["d"] * 2, n=FIG2["n"] * alpha, sigma_a2=FIG2["sigma_a2"] / 2
    )
    one = critical(FIG2, "coexistence", "sigma2", theory, 20).point
    other = critical(scaled, "coexistence", "sigma2", theory, 20).point
    with precision(200):
        assert (other.value * beta / ball(alpha) - one.value).contains(0)
        assert (other.u - one.u).contains(0) and (other.q - one.q).contains(0)


def test_birth_comes_before_coexistence_and_the_relaxed_theory_before_the_published():
    at = {
        (t, e): critical(FIG2, e, "sigma2", t, 15).point.value
        for t in THEORIES
        for e in ("birth", "coexistence")
    }
    assert at["published", "coexistence"] < at["published", "birth"]
    assert at["derived", "coexistence"] < at["derived", "birth"]
    assert at["published", "birth"] < at["derived", "coexistence"]


def test_digits_are_delivered_and_balls_nest():
    narrow = critical(FIG2, "coexistence", "sigma2", "derived", 400).point.value
    wide = critical(FIG2, "coexistence", "sigma2", "derived", 10).point.value
    with precision(2000):
        assert narrow.rel_accuracy_bits() > 1330
        assert wide.overlaps(narrow)


@pytest.mark.parametrize("theory", THEORIES)
def test_instability_is_absent_with_its_reason(theory):
    found = critical(FIG2, "instability", "sigma2", theory)
    assert found.status is Status.ABSENT and "stable for every value" in found.reason


@pytest.mark.parametrize("event", ["birth", "coexistence"])
def test_no_event_without_a_cubic_mode(event):
    found = critical(FIG2.replace(epsilon=Fraction(0)), event, "sigma2", "derived")
    assert found.status is Status.ABSENT and found.point is None


def test_a_tiny_cubic_mode_has_no_event_in_range():
    """b < 2|c| is needed on the event line: eps = 1/1000 leaves no room between e^-7 and e^7."""
    found = critical(
        FIG2.replace(epsilon=Fraction(-1, 10**6)), "coexistence", "sigma2", "published"
    )
    assert found.status is Status.ABSENT and "excluded" in found.reason


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("melting", "sigma2", "derived", 15), "unknown event"),
        (("birth", "gamma", "derived", 15), "unknown parameter"),
        (("birth", "sigma2", "derived", 0), "digits"),
        (("mass", "sigma2", "derived", 15), "finite"),
    ],
)
def test_requests_that_make_no_sense(arguments, words):
    with pytest.raises(ParameterError, match=words):
        critical(FIG2, *arguments)


def extreme(**changes):
    return FIG2.replace(**{name: Fraction(value) for name, value in changes.items()})


BEYOND_ONE = [
    # Zeros of the elimination just outside 0 < b < 1 lie beside these; every point must be inside.
    (
        extreme(
            N=5,
            d=3,
            sigma2="0.00162168",
            sigma_w2="0.00153916",
            sigma_a2="0.00100516",
            epsilon="0.848575",
        ),
        ("coexistence", "epsilon", "published"),
        0.00597408,
    ),
    (
        extreme(
            n=10**6,
            sigma2="0.000888393",
            sigma_w2="0.000351923",
            sigma_a2="0.0039281",
            epsilon="1.06053",
        ),
        ("coexistence", "n", "derived"),
        None,
    ),
]


@pytest.mark.parametrize(("parameters", "request_", "expected"), BEYOND_ONE)
def test_no_point_has_b_outside_the_unit_interval(parameters, request_, expected):
    found = critical(parameters, *request_)
    for point in (found.point, *found.others) if found.point else ():
        assert 0 < point.b < 1 and 0 < point.rho < 0.5
    if expected is None:
        assert found.status is Status.ABSENT
    else:
        assert float(found.point.value.mid()) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("shift", [0.0, 0.4, 0.9])
def test_a_zero_is_found_again_beside_that_of_a_coarser_level(shift):
    last = _BRACKETS[-1]
    unit = 0.3
    found = refound(lambda value: (value - 1.2) * (1 + value**2), 1.2 + shift * last * unit, unit)
    assert found == pytest.approx(1.2, abs=1e-9)
    with pytest.raises(Undecided):
        refound(lambda value: value - 1.2, 1.2 + 1.1 * last * unit, unit)
