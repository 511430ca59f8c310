"""A run does not depend on what the caller's program has set, and leaves it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import mpmath
import torch
from flint import ctx

from binodal.validate.run.ensemble import run
from tests.laws import cases
from tests.validate.run.tiny import draws, spec


@pytest.fixture
def foreign() -> Iterator[None]:
    before = torch.get_default_dtype(), torch.is_grad_enabled(), ctx.prec, mpmath.mp.prec
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    ctx.prec, mpmath.mp.prec = 20, 12
    try:
        with np.errstate(all="raise"):
            yield
    finally:
        torch.set_default_dtype(before[0])
        torch.set_grad_enabled(before[1])
        ctx.prec, mpmath.mp.prec = before[2:]


def settings() -> tuple[Any, ...]:
    return (
        torch.get_default_dtype(),
        torch.is_grad_enabled(),
        torch.get_num_threads(),
        torch.get_rng_state().tolist(),
        ctx.prec,
        mpmath.mp.prec,
        np.geterr(),
        np.random.get_state(legacy=False)["state"]["key"].tolist(),
    )


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("runs")
    return {m: draws(run(spec(m), folder / m, workers=1)) for m in ("teacher-student", "modular")}


@pytest.mark.parametrize("model", cases(["teacher-student", "modular"], every=None))
def test_settings_of_libraries_change_no_bit_of_a_run(
    model: str, expected: dict[str, dict[str, bytes]], foreign: None, tmp_path: Path
) -> None:
    before = settings()
    assert draws(run(spec(model), tmp_path / "run", workers=1)) == expected[model]
    assert settings() == before
