"""The law of all derivations: a wrong result doesn't verify, whichever result and however wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.errors import StepFailed, UncheckedResult
from binodal.derive.gaussian.activations import ACTIVATIONS, smoothing
from binodal.derive.gaussian.rank_one import rank_one
from binodal.derive.neuron_derivation import neuron_derivation
from binodal.derive.step import Step, equal
from binodal.derive.theories import THEORIES
from binodal.models.modular.derivations import quantities as modular
from binodal.models.modular.derivations.neuron import neuron as mode
from binodal.models.teacher_student.derivations import quantities as teacher_student
from binodal.models.teacher_student.derivations.neuron import neuron as erf_neuron
from tests.laws import cases

MODELS = {"modular": modular.QUANTITIES, "teacher-student": teacher_student.QUANTITIES}
EVERY = {
    f"{model}, {name}, {theory}": partial(quantity, theory)
    for model, table in MODELS.items()
    for name, quantity in table.items()
    for theory in THEORIES
} | {f"smoothing, {name}": partial(smoothing, name) for name in ACTIVATIONS}
EVERY |= {f"neuron, {t}": lambda t=t: neuron_derivation(erf_neuron(t)) for t in THEORIES}
EVERY |= {"neuron, modular": lambda: neuron_derivation(mode())}


def judged_before(label: str, derivation: Derivation) -> bool:
    """Many derivations serve both theories: each is judged once, under the last."""
    first, last = THEORIES
    other = EVERY.get(label.replace(f", {first}", f", {last}"))
    return label.endswith(f", {first}") and other is not None and other() is derivation


def wrong_values(value: sp.Expr) -> Iterator[tuple[str, sp.Expr]]:
    """``value`` with a factor two, the other sign, 3 for pi, and one exponent too large."""
    if value == 0:
        yield "one for zero", sp.Integer(1)
        return
    yield "factor two", 2 * value
    yield "sign", -value
    if value.has(sp.pi):
        yield "3 for pi", value.xreplace({sp.pi: sp.Integer(3)})
    powers = sorted((p for p in value.atoms(sp.Pow) if p.exp.is_number), key=sp.default_sort_key)
    if powers:
        power = powers[len(powers) // 2]
        wrong = value.xreplace({power: power.base ** (power.exp + 1)})
    else:
        wrong = value.xreplace({z: z**2 for z in sorted(value.free_symbols, key=str)[:1]})
    if wrong != value:
        yield "exponent", wrong


def put(after: sp.Basic, value: sp.Basic, wrong: sp.Basic) -> sp.Basic:
    """What a step ends in with one of its members replaced wherever it is listed."""
    if after == value:
        return wrong
    if isinstance(after, sp.Tuple):
        return sp.Tuple(*(put(member, value, wrong) for member in after))
    if isinstance(after, sp.MatrixBase):
        return after.applyfunc(lambda member: put(member, value, wrong))
    if isinstance(after, sp.Eq):
        return sp.Eq(after.lhs, put(after.rhs, value, wrong), evaluate=False)
    return after


def with_wrong(derivation: Derivation, name: str, wrong: sp.Expr) -> Derivation:
    """The derivation whose steps end in the wrong value, and which has it for its result."""
    value = derivation.results[name]
    steps = [step for step in derivation.steps if value in step.ends()]
    return Derivation(
        derivation.title,
        tuple(replace(step, after=put(step.after, value, wrong)) for step in steps),
        {name: wrong},
    )


@pytest.mark.parametrize("label", cases(EVERY, every=4))
def test_no_wrong_result_verifies(label: str) -> None:
    derivation = EVERY[label]()
    assert derivation.results
    if judged_before(label, derivation):
        return
    survivors = []
    for name, value in derivation.results.items():
        for kind, wrong in wrong_values(value):
            try:
                with_wrong(derivation, name, wrong).verify()
            except StepFailed:
                continue
            survivors.append(f"{name}, {kind}: {wrong}")
    assert not survivors, survivors


def test_steps_have_short_names_and_say_their_rule() -> None:
    left_out = EVERY["teacher-student, dropped, derived"]
    for derivation in (rank_one(), left_out(), *(smoothing(name) for name in ACTIVATIONS)):
        for step in derivation.steps:
            assert len(step.name) < 48 and len(step.rule) > len(step.name), step.name


def test_a_result_that_no_step_ends_in_is_refused() -> None:
    x = sp.Symbol("x")
    right = equal((x + 1) ** 2, "expansion")
    step = Step("square", "expand", (x + 1) ** 2, x**2 + 2 * x + 1, "derived here", right)
    assert Derivation("squares", (step,), {"square": step.after}).verify() == 1
    with pytest.raises(UncheckedResult, match="no step ends in half"):
        Derivation("squares", (step,), {"square": step.after, "half": step.after / 2})


def test_a_check_that_ignores_its_claim_lets_a_wrong_result_pass() -> None:
    """The control: the law sees it."""
    x = sp.Symbol("x")
    blind = replace(equal(x, "nothing"), counterexample=lambda claim: None)
    step = Step("blind", "none", x, x**2, "derived here", blind)
    derivation = Derivation("blind", (step,), {"square": x**2})
    assert with_wrong(derivation, "square", 2 * x**2).verify() == 1
