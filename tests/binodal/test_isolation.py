"""Calls from other people's programs: their settings, numbers, threads and copies."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import ctx

from binodal import api
from binodal.errors import RequestError
from binodal.models.registry import preset
from binodal.numerics.isolation import own_settings
from tests.laws import WHOLE, cases

CALLS: dict[str, Callable[[], Any]] = {
    "solve": lambda: api.solve("teacher-student", preset="fig2", digits=30),
    "solve finite": lambda: api.solve("teacher-student", preset="fig2", limit="finite"),
    "solve modular": lambda: api.solve("modular", preset="fig3", sigma2="1/5", digits=40),
    "solve modular finite": lambda: api.solve("modular", preset="fig3", limit="finite"),
    "critical": lambda: api.critical("teacher-student", "coexistence", preset="fig2"),
    "critical modular": lambda: api.critical("modular", "birth", preset="fig3", digits=50),
    "boundary": lambda: api.boundary(
        "modular", "birth", names=("sigma2", "gamma"), preset="fig3", points=3
    ),
    "map": lambda: api.phase_map(
        "teacher-student", ["sigma2=0.1:0.3", "epsilon=-0.6:-0.1"], preset="fig2", depth=2
    ),
    "hysteresis": lambda: api.hysteresis("modular", "sigma2=0.1:0.3:3", preset="fig3"),
    "dynamics": lambda: api.dynamics(
        "teacher-student", preset="fig2", until="1/5000", particles=64
    ),
    "ladder": lambda: api.ladder("modular", betas=[1, 4], preset="fig3"),
}


def written(result: Any) -> str:
    """All that a result says."""
    return json.dumps(result.document, sort_keys=True)


def test_own_settings_are_those_of_a_fresh_process() -> None:
    script = "from flint import ctx; print(ctx.prec, ctx.cap)"
    fresh = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    before, ctx.cap = ctx.cap, 3
    try:
        with own_settings():
            assert [ctx.prec, ctx.cap] == list(map(int, fresh.stdout.split()))
        assert ctx.cap == 3
    finally:
        ctx.cap = before


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    return {name: call() for name, call in CALLS.items()}


@pytest.fixture(scope="module")
def expected(results: dict[str, Any]) -> dict[str, str]:
    return {name: written(result) for name, result in results.items()}


@pytest.fixture
def foreign() -> Iterator[None]:
    """Settings that somebody else's program may have made."""
    before = ctx.prec, ctx.cap, mpmath.mp.prec
    ctx.prec, ctx.cap, mpmath.mp.prec = 20, 3, 12
    try:
        with np.errstate(all="raise"), np.printoptions(precision=2, legacy="1.13"):
            yield
    finally:
        ctx.prec, ctx.cap, mpmath.mp.prec = before


def settings() -> tuple[Any, ...]:
    state = np.random.get_state(legacy=False)
    drawn = (str(state["state"]["pos"]), state["state"]["key"].tolist())
    return (ctx.prec, ctx.cap, mpmath.mp.prec, np.geterr(), np.get_printoptions(), drawn)


@pytest.mark.parametrize("name", cases(CALLS, every=6))
def test_settings_of_libraries_are_neither_used_nor_changed(
    name: str, expected: dict[str, str], foreign: None
) -> None:
    before = settings()
    assert written(CALLS[name]()) == expected[name]
    assert settings() == before


def test_the_foreign_settings_would_be_seen(foreign: None) -> None:
    """The control: the same arithmetic without isolation is another number."""
    from binodal.numerics.balls import ball

    rough = ball(Fraction(1, 3))
    with own_settings():
        assert float(ball(Fraction(1, 3)).rad()) < 1e-3 * float(rough.rad())


@pytest.mark.law
def test_threads_get_what_one_call_gets(expected: dict[str, str]) -> None:
    quick = [n for n in CALLS if n not in ("map", "solve finite")]
    names = [*quick, *quick[:3]] if WHOLE else [*quick[:5], *quick[:3]]
    bits = ctx.prec
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda name: written(CALLS[name]()), names))
    assert found == [expected[name] for name in names]
    assert ctx.prec == bits


NUMBERS = [
    Fraction(3, 20),
    "3/20",
    " 0.15 ",
    0.15,
    Decimal("0.15"),
    np.float64(0.15),
    np.float32(0.15),
    np.array(0.15),
    np.str_("0.15"),
    sp.Rational(3, 20),
]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda n: type(n).__name__)
def test_a_number_of_any_library_is_taken_exactly(number: Any) -> None:
    found = api.solve("teacher-student", preset="fig2", sigma2=number, n=np.int64(3000))
    assert found.document["params"]["sigma2"] == "3/20"
    assert found.document["params"]["n"] == "3000"


@pytest.mark.parametrize("number", [np.nan, np.float32("inf"), True, np.True_, None, {0.15}, 1j])
def test_what_is_no_number_is_refused(number: Any) -> None:
    with pytest.raises(RequestError, match="sigma2="):
        api.solve("teacher-student", preset="fig2", sigma2=number)


def test_counts_may_be_numpys_and_nothing_else() -> None:
    found = api.critical("modular", "birth", preset="fig3", digits=np.int32(20))
    assert json.loads(found.to_json())["status"] == "certified"
    for wrong in (20.0, "20", True, np.float64(20)):
        with pytest.raises(RequestError, match="whole number"):
            api.critical("modular", "birth", preset="fig3", digits=wrong)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda r: pickle.loads(pickle.dumps(r))], ids=["deepcopy", "pickle"]
)
def test_results_are_copied_and_sent_whole(
    name: str, copied: Callable[[Any], Any], results: dict[str, Any], expected: dict[str, str]
) -> None:
    again = copied(results[name])
    assert again is not results[name]
    assert written(again) == expected[name]
    assert type(again.value) is type(results[name].value)


def test_a_ball_is_sent_to_the_last_bit_at_any_precision() -> None:
    from flint import arb

    with own_settings():
        ctx.prec = 300
        third = arb(1) / 3
    again = pickle.loads(pickle.dumps(third))
    assert again.mid() == third.mid() and again.rad() == third.rad()
    assert copy.deepcopy(preset("fig2")) == preset("fig2")
    assert not copy.deepcopy(arb("nan")).is_finite()
