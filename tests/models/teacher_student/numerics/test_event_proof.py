"""What proofs of events at finite d share between neighbouring values, and what they may not."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from binodal.models.registry import preset
from binodal.models.teacher_student.numerics import event_proof
from binodal.models.teacher_student.numerics.certify import QUADRATURE_BITS
from binodal.numerics.balls import precision
from binodal.numerics.critical import Request
from tests.laws import cases

FIG2 = preset("fig2")


@pytest.mark.parametrize("along", cases(["d", "sigma_w2", "sigma2"], every=None))
def test_panels_are_shared_only_where_the_prior_stays(along):
    """A value beside the first is solved as if it stood alone; a wrong prior would miss it."""
    at = FIG2.replace(d=F(20))
    asked = Request("birth", along, "derived", at, 15, F(1, 2))
    beside = at[along] * F(101, 100)
    with precision(QUADRATURE_BITS):
        solver = event_proof._Solver(asked, at[along])
        assert solver(at[along]).closure.b.is_finite()
        second, alone = solver(beside).closure, event_proof._Solver(asked, beside)(beside).closure
        assert second.b.overlaps(alone.b) and second.c.overlaps(alone.c)
        assert not second.b.overlaps(solver(at[along]).closure.b)
