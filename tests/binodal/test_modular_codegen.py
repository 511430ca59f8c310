"""Generated code of modular addition: targets agree, and slopes are those of the action."""

from __future__ import annotations

import numpy as np
import pytest

from binodal.models.model import model
from tests.binodal.test_codegen import TARGETS, load, number

POINT = {
    "x": "150", "x_v": "131", "u": "1/71", "a": "7/9", "lam": "2/31", "xy_mean": "1/17",
    "mass": "2/9", "N": "1009", "P": "5", "sigma2": "3/14", "sigma_a2": "1/490000",
    "gamma": "1/9000",
}  # fmt: skip


@pytest.mark.parametrize("theory", ["published", "derived"])
@pytest.mark.parametrize("quantity", model("modular").expressions())
def test_targets_agree(run, tmp_path, quantity, theory):
    results = []
    for target in TARGETS:
        path = f"{target}_code.py"
        options = ("--target", target, "--theory", theory, "-o", path)
        ran = run("codegen", "modular", quantity, *options)
        assert (ran.status, ran.err) == (0, "")
        function = getattr(load(tmp_path / path), quantity)
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        results.append([float(v) for v in function(*(number(POINT[n], target) for n in names))])
    for other in results[1:]:
        assert other == pytest.approx(results[0], rel=1e-10)


def test_generated_slopes_are_those_of_the_generated_action(run, tmp_path):
    """Centred differences, and the factor two between the theories' exponents."""
    functions = {}
    for theory in ("published", "derived"):
        for quantity in ("action", "gradient", "hessian"):
            path = f"{theory}_{quantity}.py"
            run("codegen", "modular", quantity, "--target", "numpy", "--theory", theory, "-o", path)
            functions[theory, quantity] = getattr(load(tmp_path / path), quantity)
    at, h, u, gamma = np.array([150.0, 131.0]), 1e-2, 1 / 71, 1 / 9000
    action = functions["derived", "action"]
    assert action(*at, u, gamma)[0] == pytest.approx(
        2 * functions["published", "action"](*at, u, gamma)[0]
    )
    slopes = functions["derived", "gradient"](*at, u, gamma)
    for axis, slope in zip(np.eye(2), slopes, strict=True):
        up, down = (action(*(at + sign * h * axis), u, gamma)[0] for sign in (1, -1))
        assert slope == pytest.approx((up - down) / (2 * h), rel=1e-6)
    bends = functions["derived", "hessian"](*at, u, gamma)
    slope = functions["derived", "gradient"]
    for axis, (first, second) in zip(np.eye(2), (bends[:2], bends[1:]), strict=True):
        up, down = (np.array(slope(*(at + sign * h * axis), u, gamma)) for sign in (1, -1))
        assert (first, second) == pytest.approx(tuple((up - down) / (2 * h)), rel=1e-6)
