"""Matrix completion: U and V themselves, the least nuclear norm, and commuting data."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from binodal.api import critical, dynamics, solve
from binodal.errors import RequestError
from binodal.models.diagonal_linear.numerics.law import law as diagonal_law
from binodal.models.diagonal_linear.numerics.predictors import early as diagonal_early
from binodal.models.diagonal_linear.numerics.predictors import late as diagonal_late
from binodal.models.matrix_completion.numerics.flow import CompletionPath, Seen
from binodal.models.matrix_completion.numerics.predictors import half_way, late
from binodal.models.matrix_completion.setting import setting_of
from tests.laws import cases
from tests.models.diagonal_linear.test_predictors import setting as diagonal

GENERIC = {"entries": "1,2: 2 | 2,2: 4 | 2,3: -2 | 2,4: 1 | 3,4: -1/3", "entry": "1,1"}
OTHER = {"entries": "2,2: 3 | 1,2: 2 | 2,3: -2 | 3,3: 2 | 3,4: 1 | 1,4: -1/3", "entry": "1,1"}


def found(decay, alpha=4, **given):
    return critical(
        "matrix-completion", "transition", alpha=alpha, **(given or GENERIC), **{"lambda": decay}
    )


def by_factors(words, alpha, decay, level):
    """The last time at which the entry is at the level, from U and V as they are."""
    of = setting_of(words)
    size, (rows, columns) = of.size, np.array(of.places).T
    values = np.array(of.values, dtype=float)

    def w_of(state):
        u, v = state.reshape(2, size, size)
        return u @ u.T - v @ v.T

    def velocity(t, state):
        u, v = state.reshape(2, size, size)
        slope = np.zeros((size, size))
        slope[rows, columns] = slope[columns, rows] = w_of(state)[rows, columns] - values
        return np.array([-2 * slope @ u - decay * u, 2 * slope @ v - decay * v]).ravel()

    end, start = (log(alpha) + 3) / decay, alpha * np.array([np.eye(size)] * 2).ravel()
    run = solve_ivp(velocity, (0, end), start, "Radau", rtol=1e-9, atol=1e-11, dense_output=True)

    def above(t):
        return w_of(run.sol(t))[of.entry] - level

    times = np.linspace(end / 20, end, 2000)
    (last,) = np.flatnonzero(np.diff(np.sign([above(t) for t in times])))[-1:]
    return brentq(above, times[last], times[last + 1])


@pytest.mark.parametrize("words", cases([OTHER, GENERIC], every=None))
def test_time_is_that_of_both_factors(words):
    of, end = setting_of(words), late(setting_of(words))
    alpha, decay = 2.5, 1 / 20
    point = found("1/20", "5/2", **words).document
    value, error = (float(point["value"][k]) for k in ("value", "error"))
    own = by_factors(words, alpha, decay, end.w[of.entry] / 2)
    assert abs(value - own) < error + 1e-6 * own
    assert error < 1e-3 * value


@pytest.mark.parametrize("words", [GENERIC, OTHER])
def test_late_predictor_has_the_least_nuclear_norm(words):
    """No direction leads down, which is enough for a convex norm; from inside the path some do."""
    of, end = setting_of(words), late(setting_of(words))
    seen, drawn = Seen.entries(of), np.random.default_rng(1)
    assert abs(seen.of(end.w) - seen.targets).max() < 1e-9

    def downhill(w):
        ways = np.zeros((400, of.size, of.size))
        for place in of.hidden:
            ways[:, place[0], place[1]] = ways[:, place[1], place[0]] = drawn.normal(size=400)
        norms = [abs(np.linalg.eigvalsh(w + 1e-4 * way)).sum() for way in ways]
        return min(norms) - abs(np.linalg.eigvalsh(w)).sum()

    assert downhill(end.w) > 0
    assert downhill(CompletionPath(seen, 1e6, 1e-9).walked(1.0)(1.0)[0]) < -1e-6
    assert end.excess < 1e-8


def test_the_law_leaves_out_what_is_of_order_lambda():
    """And without its lag it would be off by the same time at any lambda."""
    off, without = [], []
    for decay in (50, 500):
        point = found(f"1/{decay}")
        off.append(float(point.time) - float(point.law))
        without.append(float(point.time) - log(4 / float(point.A)) * decay)
    assert off[0] / off[1] == pytest.approx(10, rel=0.2)
    assert without[0] / without[1] == pytest.approx(1, rel=0.2)


def test_commuting_data_are_a_diagonal_network():
    """Diagonal matrices of what is seen: the certified law at L = 2."""
    of = diagonal("1, 1/2, -1/3: 1 | 0, 1, 2/5: 2/3")
    first, last = diagonal_early(of), diagonal_late(of)
    level = (first[0] + last[0]) / 2
    at = {"L": 2, "alpha": 1, "lambda": 1, "sigma2": 0}
    known = diagonal_law(of, at, first, last, 80)
    seen = Seen(
        np.array([np.diag([float(x) for x in row]) for row in of.rows]), np.array([1, 2 / 3])
    )
    end = np.diag([float(x) for x in last])
    half = half_way(seen, 1e6, (0, 0), float(level), end, 0.05 * abs(float(last[0] - first[0])))
    scale, lag = float(known.scale.mid()), float((known.time + known.scale.log()).mid())
    assert exp(half.log_scale[0]) == pytest.approx(scale, rel=1e-8)
    assert half.later[0] == pytest.approx(lag, rel=1e-6)


def test_the_path_depends_on_the_order_in_time():
    """Where data do not commute log M is no combination of what is seen."""
    seen = Seen.entries(setting_of(GENERIC))
    path = CompletionPath(seen, 1e6, 1e-10)
    w, *_ = path.walked(1.0)(1.0)
    half_log = np.arcsinh(np.linalg.eigvalsh(w) * np.exp(2.0) / 2) / 2
    vectors = np.linalg.eigh(w)[1]
    angle = (vectors * half_log) @ vectors.T
    assert abs(angle[0, 0]) > 0.01


def test_networks_go_over_at_that_time():
    """Plain descent on outputs, slopes by automatic differentiation; another decay is rejected."""
    of = setting_of(GENERIC)
    alpha, decay, step = 1.5, 0.1, 0.01
    factors = [torch.nn.Parameter(alpha * torch.eye(of.size, dtype=torch.float64)) for _ in "uv"]
    descent = torch.optim.SGD(factors, lr=step, weight_decay=decay)
    told = dict(zip(of.places, map(float, of.values), strict=True))
    both = told | {(j, i): value for (i, j), value in told.items()}
    rows, columns = torch.tensor([*both]).T
    values = torch.tensor([*both.values()], dtype=torch.float64)
    level, last = float(late(of).w[of.entry]) / 2, 0
    for count in range(1600):
        u, v = factors
        w = u @ u.T - v @ v.T
        last = count if w[of.entry].item() < level else last
        descent.zero_grad()
        (((w[rows, columns] - values) ** 2).sum() / 2).backward()
        descent.step()
    derived = float(found("1/10", "3/2").time)
    assert last * step == pytest.approx(derived, rel=0.02)
    assert last * step != pytest.approx(derived / 2, rel=0.2)


def test_what_commands_say():
    document = solve("matrix-completion", preset="completion", **GENERIC).document
    assert document["status"] == "converged"
    assert document["phase"] == "two predictors"
    course = dynamics("matrix-completion", preset="completion", until=1000, **GENERIC).document
    end, rest = course["curves"]["w_1_1"]["values"][-1], course["rest"]["w_1_1"]["value"]
    assert end == pytest.approx(float(rest), rel=0.05)
    seen = {"entries": "1,1: 1 | 1,2: 2", "entry": "1,1"}
    assert found("1/20", **seen).status == "absent"
    assert found("1/20", "1/2").status == "absent"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"entries": "1,2: 0"}, "every entry is zero"),
        ({"entries": "1,2: 1 | 2,1: 2"}, "given twice"),
        ({"entries": "1: 1"}, "a row and a column"),
        ({"entries": "1,9: 1"}, "go from 1 to 8"),
        ({"entries": "1,2"}, "write i,j: value"),
        ({"entry": "1"}, "a row and a column"),
    ],
)
def test_words_that_make_no_sense(words, why):
    with pytest.raises(RequestError, match=why):
        solve("matrix-completion", preset="completion", **words)
