"""The law of all derivations: no step's check passes a wrong end, whichever and however wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.errors import UncheckedResult
from binodal.derive.gaussian.activations import ACTIVATIONS, smoothing
from binodal.derive.gaussian.overlaps import overlaps
from binodal.derive.gaussian.rank_one import rank_one
from binodal.derive.groups.names import named
from binodal.derive.neuron_derivation import neuron_derivation
from binodal.derive.step import Step, equal
from binodal.derive.theories import THEORIES
from binodal.models.diagonal_linear.derivations.quantities import QUANTITIES as diagonal_linear
from binodal.models.group.derivations.on_subset import blocks_on_subset
from binodal.models.group.derivations.quantities import quantities as groups
from binodal.models.matrix_completion.derivations.quantities import QUANTITIES as completion
from binodal.models.modular.derivations import quantities as modular
from binodal.models.modular.derivations.cavity import to_all_powers
from binodal.models.modular.derivations.neuron import neuron as mode
from binodal.models.modular.derivations.quenched import quenched_action
from binodal.models.modular.derivations.subsets import subsets
from binodal.models.single_index.derivations.quantities import QUANTITIES as single_index
from binodal.models.teacher_student.derivations import quantities as teacher_student
from tests.laws import cases
from tests.numerics.neuron.erf_neuron import erf_neuron

MODELS = {"modular": modular.QUANTITIES, "teacher-student": teacher_student.QUANTITIES}
EVERY = {
    f"{model}, {name}, {theory}": partial(quantity, theory)
    for model, table in MODELS.items()
    for name, quantity in table.items()
    for theory in THEORIES
} | {f"smoothing, {name}": partial(smoothing, name) for name in ACTIVATIONS}
EVERY |= {f"neuron, {t}": lambda t=t: neuron_derivation(erf_neuron(t)) for t in THEORIES}
EVERY |= {f"overlaps, {name}": partial(overlaps, name) for name in ("erf", "relu", "gelu", "he:3")}
EVERY |= {"neuron, modular": lambda: neuron_derivation(mode())}
EVERY |= {"subsets of pairs": subsets, "quenched action": quenched_action}
EVERY |= {"blocks on subsets": blocks_on_subset}
EVERY |= {"all powers of disorder": to_all_powers}
EVERY |= {f"single-index, {name}": partial(q, "derived") for name, q in single_index.items()}
EVERY |= {f"matrix-completion, {k}": partial(q, "derived") for k, q in completion.items()}
EVERY |= {f"diagonal-linear, {k}": partial(q, "derived") for k, q in diagonal_linear.items()}
EVERY |= {f"group, {name}": partial(q, "derived") for name, q in groups(named("S3")).items()}


_REPEL = "(s_1**2 - s_2**2)*(s_1**2 - s_3**2)*(s_2**2 - s_3**2)"
RIGHT = {
    "orbits of momenta, exponent: block(s)",
    f"measure of three singular values, factor two: {_REPEL}",
    f"measure of three singular values, sign: {_REPEL}",
}
"""Changes that leave a claim true: s^2 is a unit, as s is; a law is a measure over its integral."""


def judged_before(label: str, derivation: Derivation) -> bool:
    """Many derivations serve both theories: each is judged once, under the last."""
    first, last = THEORIES
    other = EVERY.get(label.replace(f", {first}", f", {last}"))
    return label.endswith(f", {first}") and other is not None and other() is derivation


def wrong_values(value: sp.Expr) -> Iterator[tuple[str, sp.Expr]]:
    """``value`` with a factor two, the other sign, 3 for pi, and one exponent too large."""
    if value in (0, sp.oo):  # factors leave them as they are
        yield "one", sp.Integer(1)
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
    if isinstance(after, sp.Rel):
        return after.func(after.lhs, put(after.rhs, value, wrong), evaluate=False)
    return after


def passes(step: Step) -> bool:
    """A claim that its check cannot even evaluate does not pass."""
    try:
        return step.counterexample() is None
    except (ArithmeticError, AttributeError, LookupError, TypeError, sp.PolynomialError):
        return False


def survivors(step: Step) -> Iterator[str]:
    """What can be made wrong in a step's end without that its check notices."""
    whole = (sp.Tuple, sp.MatrixBase, sp.Rel)
    for value in dict.fromkeys(end for end in step.ends() if not isinstance(end, whole)):
        for kind, wrong in wrong_values(value):
            if passes(replace(step, after=put(step.after, value, wrong))):
                yield f"{step.name}, {kind}: {value}"


@pytest.mark.parametrize("label", cases(EVERY, every=16))
def test_no_step_ends_in_what_is_wrong(label: str) -> None:
    """Every result is what some step ends in, so none is wrong either."""
    derivation = EVERY[label]()
    assert derivation.results
    if judged_before(label, derivation):
        return
    found = {line for step in derivation.steps for line in survivors(step)}
    assert found <= RIGHT, found - RIGHT


def test_steps_have_short_names_and_say_their_rule() -> None:
    derived = (make() for label, make in EVERY.items() if not label.endswith("published"))
    for derivation in (rank_one(), *derived):
        for step in derivation.steps:
            assert len(step.name) < 48 and len(step.rule) > len(step.name), step.name


def test_a_result_that_no_step_ends_in_is_refused() -> None:
    x = sp.Symbol("x")
    right = equal((x + 1) ** 2, "expansion")
    step = Step("square", "expand", (x + 1) ** 2, x**2 + 2 * x + 1, right)
    assert Derivation("squares", (step,), {"square": step.after}).verify() == 1
    with pytest.raises(UncheckedResult, match="no step ends in half"):
        Derivation("squares", (step,), {"square": step.after, "half": step.after / 2})


def test_a_check_that_ignores_its_claim_is_seen() -> None:
    """The control."""
    x = sp.Symbol("x")
    blind = replace(equal(x, "nothing"), counterexample=lambda claim: None)
    step = Step("blind", "none", x, x**2, blind)
    assert [line.partition(":")[0] for line in survivors(step)] == [
        "blind, factor two",
        "blind, sign",
        "blind, exponent",
    ]
