"""The thermodynamic closure with its saddles on a grid, against a loop of scipy.optimize.root."""

from __future__ import annotations

import numpy as np
from scipy.optimize import root

from benchmarks.timing import Row, seconds
from binodal.derive.symbols import b, c, rho
from binodal.derive.theories import THEORIES
from binodal.models.registry import preset
from binodal.models.teacher_student.derivations.action import action
from binodal.models.teacher_student.derivations.limit import droplet_branch, zero_branch
from binodal.models.teacher_student.forms.action import PARAMETERS, with_coupling
from binodal.models.teacher_student.numerics.grid import thermodynamic_grid
from binodal.numerics.codegen.load import compiled

_POINTS = 1000
_SAMPLE = 60


def _loop(theory: str, columns: dict[str, np.ndarray], sample: np.ndarray) -> None:
    """What a user writes: root() from several starts for b, the saddles, and the droplet state."""
    density = with_coupling(action(theory).density())
    state = (rho, b, c, *PARAMETERS)
    slope = compiled(
        "slope", {"S": with_coupling(action(theory).density().diff(rho))}, state, "numpy"
    )
    rows = {"S": density, "S1": density.diff(rho), "D": with_coupling(droplet_branch())}
    droplet = compiled("droplet", rows, state, "numpy")
    branch = compiled("branch", {"B": with_coupling(zero_branch())}, (b, *PARAMETERS), "numpy")
    for index in sample:
        places = [float(v[index]) if np.ndim(v) else float(v) for v in columns.values()]
        b_zero = root(lambda v, at=places: branch(v[0], *at)[0], [0.3]).x[0]
        ends = [
            root(lambda v, at=places, z=b_zero: slope(v[0], z, at[6], *at)[0], [start]).x[0]
            for start in (0.02, 0.1, 0.2, 0.3)
        ]
        if any(droplet(e, b_zero, places[6], *places)[0] < 0 for e in ends if 0 < e < 0.5):
            root(lambda v, at=places: np.ravel(droplet(*v, *at)), [max(ends), b_zero, places[6]])


def run() -> list[Row]:
    """Seconds a point; both theories, (sigma^2, epsilon) as in a phase diagram."""
    base = {name: float(value) for name, value in preset("fig2").items()}
    sigma2, epsilon = np.linspace(0.1, 0.3, _POINTS), np.linspace(-0.6, -0.05, _POINTS)
    grid = {**base, "sigma2": sigma2[:, None], "epsilon": epsilon[None, :]}
    rng = np.random.default_rng(11)
    sample = rng.integers(0, _POINTS, size=_SAMPLE)
    paired = {**base, "sigma2": sigma2, "epsilon": rng.permutation(epsilon)}
    rows = []
    with np.errstate(all="ignore"):
        for theory in THEORIES:
            ours = seconds(lambda theory=theory: thermodynamic_grid(grid, theory), 1)
            naive = seconds(lambda theory=theory: _loop(theory, paired, sample), 3)
            per_cell, per_point = ours / _POINTS**2, naive / _SAMPLE
            note = f"a point; the whole {_POINTS} x {_POINTS} grid took {ours:.1f} s"
            rows.append(Row(f"thermodynamic grid, {theory}", per_cell, per_point, note))
    return rows
