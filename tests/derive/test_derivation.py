"""The derivation object: order, rendering, and stopping at a step that its check contradicts."""

import json

import pytest
import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.errors import StepFailed
from binodal.derive.render import FORMATS, render
from binodal.derive.step import Step, close_on, equal

x = sp.Symbol("x", positive=True)


def step(name, claimed, assumptions=()):
    """The square of x + 1, claimed to be something."""
    check = equal((x + 1) ** 2, "expansion")
    return Step(name, "expand", (x + 1) ** 2, claimed, check, assumptions)


RIGHT = step("square", x**2 + 2 * x + 1, (Assumption.LARGE_D,))
WRONG = step("wrong square", x**2 + 3 * x + 1)


def test_a_wrong_step_stops_with_its_name_and_the_counterexample():
    with pytest.raises(StepFailed) as failure:
        Derivation("squares", (RIGHT, WRONG)).verify()
    assert failure.value.step == "wrong square"
    assert "-x" in failure.value.counterexample


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_rendered_when_a_check_fails(form):
    with pytest.raises(StepFailed):
        render(Derivation("squares", (WRONG,)), form, steps=True)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_shows_rule_check_source_and_assumption(form):
    text = render(Derivation("squares", (RIGHT,), {"square": RIGHT.after}), form, steps=True)
    shown = ("expand", "expansion", "derived here", Assumption.LARGE_D.value)
    assert all(words in text for words in shown)


def test_json_is_complete():
    derivation = Derivation("squares", (RIGHT,), {"s": RIGHT.after})
    document = json.loads(render(derivation, "json", steps=True))
    assert document["steps"][0]["check"]["passed"] is True
    assert document["results"]["s"]["expression"] == "x**2 + 2*x + 1"


def test_unknown_format_and_repeated_names_are_refused():
    with pytest.raises(ValueError, match="not one of"):
        render(Derivation("squares", (RIGHT,)), "html")
    with pytest.raises(ValueError, match="two steps"):
        Derivation("squares", (RIGHT, RIGHT))


def test_then_keeps_order_results_and_assumptions():
    square = RIGHT.after
    joined = Derivation("a", (RIGHT,), {"one": square}).then(
        Derivation("b", (step("other", sp.expand(square)),), {"two": square})
    )
    assert [s.name for s in joined.steps] == ["square", "other"]
    assert dict(joined.results) == {"one": square, "two": square}
    assert joined.step_of("two") is joined.steps[0]
    assert joined.assumptions == (Assumption.LARGE_D,)
    both = [Derivation("a", (RIGHT,)).then(Derivation("b", ()), title) for title in ("ab", None)]
    assert [one.title for one in both] == ["ab", "b"]


def test_the_steps_up_to_a_result_leave_out_the_others():
    later = step("later", x**2 + 3 * x + 2)
    whole = Derivation("a", (RIGHT, later), {"one": RIGHT.after, "two": later.after})
    one, two = whole.up_to("one"), whole.up_to("two")
    assert one.steps == (RIGHT,) and dict(one.results) == {"one": RIGHT.after}
    assert two.steps == (RIGHT, later) and dict(two.results) == {"two": later.after}
    passed = []
    assert one.verify(passed.append) == 1 and passed == ["square"]
    with pytest.raises(StepFailed):  # one that leads there is checked: the claim is not a square
        two.verify(passed.append)
    assert passed == ["square", "square"]


def test_a_numerical_check_tells_the_eleventh_digit():
    near = sp.pi * (1 + sp.Rational(1, 10**10))
    check = close_on(lambda claim: [("pi", sp.pi, claim)], "by hand", 11)
    assert check.counterexample(near) is not None
    assert check.counterexample(sp.pi) is None
