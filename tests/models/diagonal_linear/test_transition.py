"""The time of the transition: gradient flow by other means, an exact case, and the law's order."""

from __future__ import annotations

from fractions import Fraction
from math import acosh, exp, log, sinh, sqrt

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, root

from binodal.api import critical
from binodal.errors import RequestError
from binodal.models.diagonal_linear.derivations.quantities import complete
from binodal.models.diagonal_linear.numerics import critical as numerics
from binodal.models.diagonal_linear.numerics.gradient_flow import Flow
from binodal.models.diagonal_linear.numerics.predictors import late
from binodal.numerics.errors import ParameterError
from tests.models.diagonal_linear.test_predictors import CLASSES, PAIR, SPARSER, THREE, setting

RETURNING = "1, 5, 4, -7, -2: 6 | 4, 1/3, -4, -2, 4: 4 | 0, 1, -1/4, 7/2, 1/2: -7"


def found(decay: str = "1/100", **given):
    return critical(
        "diagonal-linear", "transition", preset="dichotomy", **given, **{"lambda": decay}
    )


def plain(samples, loss, degree, alpha, decay, level, component):
    """The last time at which w is at the level, by gradient flow of u and v themselves."""
    of = setting(samples, loss)
    rows, bounds = np.array(of.rows, dtype=float), np.array(of.bounds, dtype=float)
    width = rows.shape[1]

    def w_of(state):
        return state[:width] ** degree - state[width:] ** degree

    def seen(state):
        w = w_of(state)
        return (w / (rows @ w).min() if of.separates else w)[component] - level

    def velocity(t, state):
        margin = rows @ w_of(state)
        push = {
            "squared": bounds - margin,
            "exponential": np.exp(-margin),
            "logistic": 1 / (1 + np.exp(margin)),
        }[loss]
        pull = degree * np.tile(rows.T @ push, 2) * state ** (degree - 1)
        pull[width:] *= -1
        return pull - decay * state

    end = (log(alpha) + 3) / decay
    run = solve_ivp(
        velocity,
        (0, end),
        np.full(2 * width, alpha),
        "Radau",
        rtol=1e-9,
        atol=1e-11,
        dense_output=True,
    )
    times = np.linspace(end / 20, end, 4000)
    values = [seen(run.sol(t)) for t in times]
    (last,) = np.flatnonzero(np.diff(np.sign(values)))[-1:]
    return brentq(lambda t: seen(run.sol(t)), times[last], times[last + 1])


@pytest.mark.parametrize(
    ("samples", "loss", "degree", "alpha", "component"),
    [
        (PAIR, "squared", 2, 4.0, 0),
        (THREE, "squared", 3, 3.0, 2),
        (PAIR, "logistic", 3, 3.0, 1),
        (PAIR, "exponential", 2, 4.0, 0),
    ],
)
def test_time_is_that_of_gradient_flow_itself(samples, loss, degree, alpha, component):
    """Another unknown, another method, and the level from the predictors that ``solve`` gives."""
    given = {"samples": samples, "loss": loss, "L": degree, "alpha": alpha}
    answer = found("1/40", component=component + 1, **given)
    moment = answer.value.point
    words = answer.document["reason"].split(",")[0].split()
    first, last = (float(Fraction(words[k])) for k in (-3, -1))
    time = plain(samples, loss, degree, alpha, 1 / 40, (first + last) / 2, component)
    assert abs(float(moment.value.mid()) - time) < 1e-5 * time
    assert float(moment.value.rad()) < 1e-6 * time


def test_the_scale_of_one_sample_is_exact():
    """x = (1, 1/2), L = 2: half way w = (9/10, 1/5), whose ratio is 2 cosh(2 eta_2)."""
    scale = sqrt(0.2 / (2 * sinh(acosh(9 / 4))))
    assert float(found().A) == pytest.approx(scale, rel=1e-14)


def test_a_weight_that_passes_its_end_and_comes_back_is_timed_at_its_last_crossing():
    """The path of L = 2 by another solver: w_1 is half way at three scales, A* is the last."""
    of = setting(RETURNING)
    rows, targets = np.array(of.rows, dtype=float), np.array(of.bounds, dtype=float)

    def of_rho(rho, log_scale):
        return 2 * exp(2 * log_scale) * np.sinh(rows.T @ rho)

    rho, seen, logs = np.zeros(3), [], np.arange(3, -8, -0.05)
    for log_scale in logs:
        rho = root(lambda r, at=log_scale: rows @ of_rho(r, at) - targets, rho, tol=1e-12).x
        seen.append(of_rho(rho, log_scale)[0])
    half = np.flatnonzero(np.diff(np.sign(np.array(seen) - seen[0] / 2)))
    answer = found("1/1000", samples=RETURNING)
    assert len(half) == 3 and "to 0," in answer.document["reason"]
    assert logs[half[-1] + 1] < log(float(answer.A)) < logs[half[-1]]
    assert abs(float(answer.time) - float(answer.law)) < 1e-4


@pytest.mark.parametrize("degree", ["2", "5/2"])
def test_the_law_leaves_out_a_term_of_order_lambda(degree):
    """A tenth of lambda, a tenth of the distance; without the lag it would stay."""
    distances = []
    for decay in ("1/1000", "1/10000"):
        of = found(decay, L=degree).value.point
        distances.append(float(of.value.mid()) - of.law[0])
    assert abs(distances[1]) < 2e-3 and distances[0] / distances[1] == pytest.approx(10, rel=0.05)
    bare = log(100 / of.scale[0]) * 10000
    assert abs(float(of.value.mid()) - bare) > 30 * abs(distances[1])


def test_the_flow_ends_at_the_least_absolute_values_for_every_power():
    """Not at the sparser interpolator that decay alone prefers at L = 4."""
    of = setting(SPARSER)
    flow = Flow(of, Fraction(4), 5.0, 1e-4)
    _, predictor = flow.integrated(8.0, 1e-8)
    assert predictor(8.0) == pytest.approx(np.array(late(of), dtype=float), abs=1e-3)


def test_the_slope_in_log_alpha_is_one_over_lambda_for_every_power():
    for degree in (2, 4):
        times = [float(found(alpha=alpha, L=degree).time) for alpha in ("10", "1e3", "1e9")]
        slopes = np.diff(times) / np.diff(np.log([10, 1e3, 1e9]))
        assert slopes == pytest.approx(100, rel=1e-6)


def test_classifiers_turn_at_a_scale_that_grows_with_the_margin():
    """A* log(1/lambda)^(1/L), up to what falls like one over the logarithm; A* itself is far."""
    scale = float(found().A)
    ratios = [
        100 * exp(-decay * float(found(repr(decay), loss="logistic").time)) / scale
        for decay in (1e-2, 1e-6)
    ]
    by_margin = [r / sqrt(log(1 / decay)) for r, decay in zip(ratios, (1e-2, 1e-6), strict=True)]
    assert 0 < by_margin[1] - 1 < (by_margin[0] - 1) / 2 < 0.05
    assert ratios[0] > 2 and ratios[1] > 3


def test_a_larger_start_is_forgotten(monkeypatch):
    """The flow is begun at a scale whose trajectory meets that of any larger one."""
    short = found(alpha="30")
    monkeypatch.setattr(numerics.Path, "forgotten", lambda self, decay: float("inf"))
    whole = found(alpha="30")
    assert abs(float(short.time) - float(whole.time)) < 1e-5


def test_the_jacobian_is_that_of_the_velocity():
    for loss, samples in (("squared", THREE), ("logistic", CLASSES), ("exponential", CLASSES)):
        for degree in (Fraction(2), Fraction(7, 2)):
            flow = Flow(setting(samples, loss), degree, 2.0, 0.3)
            phi, step = np.array([0.3, -0.2, 0.5]), 1e-6
            columns = [
                (flow.velocity(0.4, phi + step * e) - flow.velocity(0.4, phi - step * e))
                / (2 * step)
                for e in np.eye(3)
            ]
            assert flow.jacobian(0.4, phi) == pytest.approx(np.array(columns).T, rel=1e-6, abs=1e-5)


@pytest.mark.parametrize(
    ("given", "status", "why"),
    [
        ({"alpha": "1/10"}, "absent", "beyond the transition"),
        ({"samples": "1, 0: 1 | 0, 1: 2"}, "absent", "w_1 = 1 early and late"),
        ({"decay": "1"}, "undecided", "does not come nearer"),
        ({"samples": "1, 1: 1"}, "undecided", "several"),
        ({"alpha": "1/100", "loss": "exponential"}, "undecided", "no early phase"),
        ({"decay": "1e-13"}, "undecided", "below what doubles hold"),
    ],
)
def test_what_has_no_transition_says_why(given, status, why):
    answer = found(**given)
    assert (answer.status, answer.exit_status) == (status, 1)
    assert why in answer.document["reason"]


def test_where_decay_keeps_w_short_of_its_end_there_is_no_window():
    """w_1 ends at 19/20 = 1 - lambda/2, three quarters of the way from 4/5 to 1."""
    answer = found("1/10")
    assert answer.status == "converged" and answer.document["at"]["window"] is None
    assert float(answer.time) == pytest.approx(float(answer.law), abs=3)


def test_requests_that_make_no_sense_are_refused():
    with pytest.raises(RequestError, match="choose transition"):
        critical("diagonal-linear", "birth", preset="dichotomy")
    with pytest.raises(ParameterError, match="at most 20"):
        found(L=21)
    with pytest.raises(ParameterError, match="at least 2"):
        found(L=1)
    with pytest.raises(ParameterError, match="add along='time'"):
        found(along="alpha")


def test_the_chain_verifies():
    assert complete().verify() == 24
