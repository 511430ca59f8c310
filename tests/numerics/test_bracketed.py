"""Zeros in brackets: of functions that have no value somewhere, none is made up."""

from __future__ import annotations

from fractions import Fraction
from math import nan

import pytest

from binodal.config import assemble
from binodal.models.teacher_student.numerics.ladder import event_near
from binodal.numerics.bracketed import bracketed
from binodal.numerics.errors import Undecided
from binodal.numerics.rescale import rescale


def test_a_level_without_a_value_on_the_way_is_undecided():
    with pytest.raises(Undecided, match=r"between 1 and 4: .*NaN"):
        bracketed(lambda x: nan if 2 < x < 3 else x - 2.1, 1.0, 4.0, 1e-12)


def test_ends_of_one_sign_are_undecided():
    with pytest.raises(Undecided, match="different signs"):
        bracketed(lambda x: x * x + 1, -1.0, 1.0, 1e-12)


@pytest.mark.parametrize(("beta", "found"), [(Fraction(1, 5), False), (Fraction(8), True)])
def test_a_birth_whose_level_ends_inside_the_bracket_is_not_near(beta, found):
    """The teacher's cubic part is so large that at small d the level has no value at its zero."""
    whole = assemble("teacher-student", "fig2", {"epsilon": Fraction("-495.6245")})
    scaled, _ = rescale(whole, beta)
    guess = 139.7132568 - 0.1337 / float(scaled["d"])
    assert (event_near(scaled, "birth", "derived", guess) is not None) is found
