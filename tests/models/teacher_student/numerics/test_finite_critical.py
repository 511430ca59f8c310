"""Events of the leading action at the closure of finite d."""

from __future__ import annotations

import pytest

from binodal.models.registry import preset
from binodal.models.teacher_student.numerics.finite_critical import (
    NEVER,
    critical_finite,
    event_level,
)


@pytest.mark.parametrize("cold", [0.03, 0.1, 0.18])
def test_droplets_hold_b_while_their_action_is_above_zero(cold: float) -> None:
    own = {name: float(value) for name, value in preset("fig2").items()}
    assert 4 < own["d"] * event_level({**own, "sigma2": cold}, "coexistence", "derived") < 6


def test_coexistence_of_the_limit_is_not_met_at_finite_size_and_it_is_said_why() -> None:
    found = critical_finite(preset("fig2"), "coexistence", "sigma2", "derived")
    assert found.point is None and found.reason.endswith(NEVER["coexistence"])
