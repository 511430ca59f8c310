"""The reaction of the network on one neuron: its chain, what it is made of, and mutants."""

import pytest
import sympy as sp

from binodal.derive import reaction as general
from binodal.derive.reaction import OUTPUTS, PULL, SHARE
from binodal.models.modular.derivations import reaction as modular
from binodal.models.teacher_student.derivations import reaction as student

CHAINS = {
    general: general.reaction_of_one,
    student: student.reaction_of_network,
    modular: modular.reaction_of_network,
}


@pytest.mark.parametrize("module", CHAINS)
def test_every_step_agrees_with_its_other_route(module):
    chain = CHAINS[module]()
    assert chain.verify() == len(chain.steps)


def test_it_is_never_negative_and_grows_with_the_share():
    slope = sp.factor(sp.diff(general.reaction(), SHARE))
    assert slope.is_positive or sp.simplify(slope * (1 + SHARE) ** 2).is_positive
    assert general.reaction().subs(SHARE, 0) == 0


@pytest.mark.parametrize(
    ("module", "name", "wrong"),
    [
        (general, "reaction", lambda value: value + PULL * SHARE),
        (general, "reaction", lambda value: value.subs(OUTPUTS, 2 * OUTPUTS)),
        (general, "share_bound", lambda value: value / 2),
        (student, "largest_norm", lambda value: value / 2),
        (student, "largest_reaction", lambda value: 2 * value),
        (modular, "feature_square", lambda value: 2 * value),
        (modular, "largest_reaction", lambda value: 2 * value),
    ],
)
def test_a_wrong_factor_is_caught(monkeypatch, module, name, wrong):
    honest = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *given: wrong(honest(*given)))
    chain = CHAINS[module]
    steps = chain.__wrapped__().steps
    assert any(step.counterexample() is not None for step in steps)
