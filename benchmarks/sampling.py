"""What the benchmarks of sampling share: the networks of figure 2, scaled, and fair timing.

Durations are CPU time of this process, the shortest of several rounds in which the candidates
take turns: a busy machine then slows all of them, and none is measured in the better minute.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from math import sqrt
from time import process_time
from typing import TypeVar

import torch

from binodal.models.teacher_student.network.data import teacher_target
from binodal.models.teacher_student.network.network import TeacherStudent, TeacherStudentShape
from binodal.validate.activation import Elementwise
from binodal.validate.data import gaussian_inputs

SIZES: Mapping[str, tuple[float, int, int, int]] = {
    "1/8": (1 / 8, 88, 375, 53),
    "1/2": (1 / 2, 350, 1500, 106),
    "1": (1.0, 700, 3000, 150),
}
"""beta, N, n, d: the scaling of figure 2, where all have the same thermodynamic limit."""


def shape(beta: str, sigma2: float = 0.25) -> TeacherStudentShape:
    """The widths and variances at one scale."""
    scale, width, count, size = SIZES[beta]
    return TeacherStudentShape(width, count, size, sigma2, 0.5, 8 / 700 / sqrt(scale), -0.3)


def network(
    beta: str, members: int, elementwise: Elementwise | None = None, seed: int = 1
) -> TeacherStudent:
    """Members on data sets of their own, in float32."""
    of = shape(beta)
    inputs = gaussian_inputs(members, of.n, of.d, torch.Generator().manual_seed(seed))
    return TeacherStudent(of, inputs, teacher_target(inputs[:, :, 0], of.epsilon), elementwise)


K = TypeVar("K", bound=Hashable)


@contextmanager
def one_thread() -> Iterator[None]:
    """torch on a single core."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def shortest(
    works: Mapping[K, Callable[[], object]], at_least: float = 0.01, rounds: int = 15
) -> dict[K, float]:
    """CPU seconds of one call of each, the shortest over rounds.

    A call that is too short for the clock is repeated until ``at_least`` seconds have passed.
    """
    repeats = {}
    for name, work in works.items():
        work()
        start = process_time()
        work()
        repeats[name] = max(1, round(at_least / max(process_time() - start, 1e-6)))
    seconds = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            start = process_time()
            for _ in range(repeats[name]):
                work()
            seconds[name] = min(seconds[name], (process_time() - start) / repeats[name])
    return seconds


def peak() -> Callable[[], object]:
    """A matrix product of 1024^2 by 1024^2 in float32: :data:`PEAK_FLOPS` operations."""
    left, right = torch.randn(1024, 1024), torch.randn(1024, 1024)
    room = torch.empty(1024, 1024)
    return lambda: torch.mm(left, right, out=room)


PEAK_FLOPS = 2 * 1024**3
