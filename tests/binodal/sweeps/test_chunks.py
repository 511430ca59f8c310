"""Chunks cover the grid once, and what is sent to a worker is small and made of strings."""

from __future__ import annotations

import pickle
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from binodal.models.registry import preset
from binodal.sweeps.chunks import Chunks, chunk_shape
from binodal.sweeps.job import FINITE_CELLS, SINGLE_CELLS, VECTORISED_CELLS, Job, compute

SHAPES = st.lists(st.integers(1, 12), min_size=1, max_size=4).map(tuple)


@given(SHAPES, st.integers(1, 60))
def test_every_cell_is_in_one_chunk(shape, most):
    chunks = Chunks(shape, chunk_shape(shape, most))
    seen = np.zeros(shape, dtype=int)
    for number in range(len(chunks)):
        part = chunks.part(number)
        assert seen[part].size == chunks.cells(number) > 0
        seen[part] += 1
    assert (seen == 1).all()
    assert prod(chunks.size) <= most


@given(SHAPES, st.integers(1, 60))
def test_chunks_are_not_needlessly_small(shape, most):
    size = chunk_shape(shape, most)
    assert 2 * prod(size) > min(most, prod(shape)) or prod(size) * 2 >= most


def _job(model: str, setting: str, limit: str, *grid: str) -> Job:
    return Job(model, "derived", limit, 15, tuple(preset(setting).as_strings().items()), grid)


@pytest.mark.parametrize(
    ("job", "most"),
    [
        (_job("teacher-student", "fig2", "thermodynamic", "n=2:9:9999"), VECTORISED_CELLS),
        (_job("modular", "fig3", "finite", "sigma2=1/10:1/5:999"), FINITE_CELLS),
        (_job("teacher-student", "fig2", "finite", "sigma2=1/10:1/5:99"), SINGLE_CELLS),
    ],
)
def test_the_request_fixes_the_chunks_and_travels_light(job, most):
    assert most / 2 < prod(job.chunks.size) <= most
    assert len(job.axes) == 1 and job.fixed
    message = pickle.dumps((compute, job))
    assert len(message) < 700, "axes and parameters must not travel along"
    assert pickle.loads(message) == (compute, job)


def test_three_axes():
    job = _job(
        "teacher-student",
        "fig2",
        "thermodynamic",
        "epsilon=-1/2:-1/5:3",
        "n=3000:4000:2",
        "sigma2=1/10:3/10:5",
    )
    found = compute(job, 0)
    assert found["b"].shape == (3, 2, 5)
    at = {axis.name: axis.value(k) for axis, k in zip(job.axes, (1, 1, 3), strict=True)}
    single = Job(
        job.model,
        job.theory,
        job.limit,
        15,
        tuple(job.fixed.replace(**at).as_strings().items()),
        ("n=4000:4000:1",),
    )
    assert compute(single, 0)["b"][0] == pytest.approx(found["b"][1, 1, 3], rel=1e-12)
