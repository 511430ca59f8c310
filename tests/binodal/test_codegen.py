"""Generated files stand alone, agree with each other, and are written whole."""

from __future__ import annotations

import importlib.util
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from binodal.api import codegen
from binodal.models.model import model
from numerics.errors import CodegenError

POINT = {
    "q": "5/7", "rho": "2/7",
    "y": "3/5", "b": "3/8", "c": "-2/7", "kappa": "19/3", "N": "700", "n": "2900",
    "d": "151", "sigma2": "3/17", "sigma_w2": "4/7", "sigma_a2": "2/171", "epsilon": "-3/11",
    "R1": "1/30", "R2": "1/200", "R3": "1/900",
}  # fmt: skip
TARGETS = ("numpy", "mpmath", "arb", "torch")


def load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def number(text: str, target: str) -> Any:
    value = Fraction(text)
    if target in ("numpy", "torch"):
        return float(value)
    if target == "mpmath":
        from mpmath import mpf

        return mpf(value.numerator) / value.denominator
    from numerics.balls import ball

    return ball(value)


@pytest.mark.parametrize("theory", ["published", "derived"])
@pytest.mark.parametrize("quantity", model("teacher-student").expressions())
def test_targets_agree(run, tmp_path, quantity, theory):
    results = {}
    for target in TARGETS:
        ran = run(
            "codegen", "teacher-student", quantity, "--target", target, "--theory", theory,
            "-o", f"{target}_code.py",
        )  # fmt: skip
        if ran.status == 2:
            assert f"target '{target}' has no row" in ran.err
            continue
        assert (ran.status, ran.out, ran.err) == (0, "", "")
        function = getattr(load(tmp_path / f"{target}_code.py"), quantity.replace("-", "_"))
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        results[target] = [float(v) for v in function(*(number(POINT[n], target) for n in names))]
    assert len(results) >= 2
    first, *others = results.values()
    for other in others:
        assert other == pytest.approx(first, rel=1e-10, abs=1e-12)


def test_the_action_is_the_derived_one():
    """An independent evaluation of S/d: the definition of the relaxed action by hand at a point."""
    from math import log

    namespace = load_text(codegen("teacher-student", "action", target="numpy"))
    rho, b, c, kappa, width = 0.3, 0.4, -0.25, 7.0, 0.6
    cost = rho / (2 * width * (1 - 2 * rho)) - log(1 - 2 * rho) / 2
    expected = cost - kappa * rho * (b - 2 * c * rho) ** 2
    assert namespace.action(rho, b, c, kappa, width)[0] == pytest.approx(expected, rel=1e-14)


def load_text(text: str) -> Any:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "generated.py"
        path.write_text(text, "utf-8")
        return load(path)


def test_source_states_what_it_assumes(run):
    ran = run("codegen", "teacher-student", "action", "--target", "arb", "--theory", "published")
    assert ran.status == 0
    assert "# fixed transverse norm" in ran.out and "# kappa = " in ran.out


def test_a_failure_leaves_the_old_file(run, tmp_path, monkeypatch):
    (tmp_path / "code.py").write_text("mine")

    def fail(*_: object) -> None:
        raise CodegenError("no row")

    monkeypatch.setattr("numerics.codegen.module.source", fail)
    ran = run("codegen", "teacher-student", "action", "--target", "numpy", "-o", "code.py")
    assert ran.status == 2 and ran.files == ["code.py"]
    assert (tmp_path / "code.py").read_text() == "mine"
