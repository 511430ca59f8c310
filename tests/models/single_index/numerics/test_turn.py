"""Coordinates about an axis of symmetry against the angle itself."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, fmpq

from binodal.models.single_index.numerics.several.setting import several_setting
from binodal.models.single_index.numerics.several.symmetries import images, moved, symmetries
from binodal.models.single_index.numerics.several.turn import Angle, Reflected, turn_of

TEACHERS = {
    "(1,0): 1, (0,1): 1, (3,0): -3/10, (0,3): -3/10": 1,
    "(1,0): 2/3, (3,0): -3/10, (1,2): 1/7": 1,
    "(0,1): 2/3, (0,3): -3/10, (2,1): 1/7": 1,
    "(1,0): 1, (0,1): -1, (2,1): 3/5, (1,2): -3/5, (3,0): -3/10, (0,3): 3/10": 1,
    "(1,1): 1, (4,0): -3/10, (0,4): -3/10": 2,
    "(2,0): 1, (4,0): -3/10, (2,2): 1/7": 2,
    "(4,0): 1, (0,4): 1, (2,2): 2/7": 4,
}


@pytest.mark.parametrize("teacher", TEACHERS)
def test_the_teacher_is_what_it_is_by_angle(teacher: str) -> None:
    """T_k at the coordinate of a place is sum y_a m_1^a1 m_2^a2 there."""
    setting = several_setting("z*exp(-z^2/2) + exp(-z^2/2)", teacher, "none")
    turn = turn_of(setting)
    assert isinstance(turn, Reflected)
    for place in (0.93, 0.2, -0.41):
        values = turn.amplitudes(arb(place))[::4]
        one, other = turn.cosines(arb(1), arb(place))
        for k, value in zip(setting.degrees, values, strict=True):
            form = (
                y * one**a * other**b for (a, b), y in setting.coefficients().items() if a + b == k
            )
            assert value.overlaps(sum(form, arb(0))) and value.rad() < 1e-10


@pytest.mark.parametrize(("teacher", "turns"), TEACHERS.items())
def test_coordinates_between_the_axes_stand_for_all_neurons(teacher: str, turns: int) -> None:
    """Every neuron has an image with a coordinate of the range, and axes are at its ends."""
    setting = several_setting("z*exp(-z^2/2) + exp(-z^2/2)", teacher, "none")
    turn = turn_of(setting)
    low = turn.sides[0]
    assert low == (0 if turns == 1 and setting.symmetric else -1)
    assert len(turn.axes) == (1 if turns == 1 else 2)
    covered = [turn.cosines(arb(1), arb(low + (1 - low) * k / 64)) for k in range(65)]
    for angle in (0.1, 0.9, 1.7, 2.5, -0.3, -1.2, -2.0, -2.9):
        place = [arb(angle).cos(), arb(angle).sin()]
        near = min(
            float(((a - image[0]) ** 2 + (b - image[1]) ** 2).mid())
            for a, b in covered
            for image in images(setting, place)
        )
        assert near < 0.03
    for side in turn.axes:
        at = turn.cosines(arb(1), arb(side))
        kept = [
            c
            for c in symmetries(setting)
            if all(a.overlaps(b) for a, b in zip(moved(at, c), at, strict=True))
        ]
        assert len(kept) == 2


def test_without_an_axis_the_coordinate_is_the_angle() -> None:
    setting = several_setting("erf", "(1,0): 1, (0,1): 1/2, (3,0): -3/10", "none")
    assert isinstance(turn_of(setting), Angle)


def test_a_direction_of_the_teacher_is_an_angle_like_others() -> None:
    """Where a cosine vanishes its powers are numbers too."""
    angle = Angle(several_setting("erf", "(0,1): 1, (3,0): 1/5, (0,3): -3/10", "none"))
    for quarter, expected in ((1, ["1", "-3/10"]), (0, ["0", "1/5"]), (-1, ["-1", "3/10"])):
        values = angle.amplitudes(arb.pi() * quarter / 2 + arb(0, 1e-12))
        assert all(value.rad() < 1e-10 for value in values)
        for value, exact in zip(values[::4], expected, strict=True):
            assert value.overlaps(arb(fmpq(*Fraction(exact).as_integer_ratio())))
