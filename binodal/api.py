"""The commands as Python functions of the same names and options; each result prints as its table.

Parameters are keywords, read exactly: an int, a Fraction, a text such as "8/700" or "0.3", or a
float, which means the decimal that Python prints for it. A function loads what it needs when it is
first used; ``train``, ``compare`` and ``measure`` alone need the extra ``train``.

>>> from binodal.api import critical
>>> found = critical("teacher-student", "coexistence", preset="fig2", theory="published", digits=12)
>>> found.document["value"]["mid"][:14], found.status
('0.178719454735', 'certified')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from binodal.audited import audit as audit
    from binodal.boundaries.boundary import boundary as boundary
    from binodal.cite import cite as cite
    from binodal.comparison.compare import compare as compare
    from binodal.critical import critical as critical
    from binodal.delays.delay import delay as delay
    from binodal.dynamics.dynamics import dynamics as dynamics
    from binodal.experiments.conduct import experiment as experiment
    from binodal.formulas import codegen as codegen
    from binodal.formulas import derive as derive
    from binodal.maps.hysteresis import hysteresis as hysteresis
    from binodal.maps.ladder import ladder as ladder
    from binodal.maps.phase_map import phase_map as phase_map
    from binodal.measuring.measure import measure as measure
    from binodal.measuring.recorder import recorder as recorder
    from binodal.reports.figure import figure as figure
    from binodal.reports.figure import figures as figures
    from binodal.reports.run import reproduce as reproduce
    from binodal.solve import solve as solve
    from binodal.sweeps.sweep import sweep as sweep
    from binodal.training.train import train as train

_HOMES = {
    "audit": "binodal.audited",
    "boundary": "binodal.boundaries.boundary",
    "cite": "binodal.cite",
    "codegen": "binodal.formulas",
    "compare": "binodal.comparison.compare",
    "critical": "binodal.critical",
    "delay": "binodal.delays.delay",
    "derive": "binodal.formulas",
    "dynamics": "binodal.dynamics.dynamics",
    "experiment": "binodal.experiments.conduct",
    "figure": "binodal.reports.figure",
    "figures": "binodal.reports.figure",
    "hysteresis": "binodal.maps.hysteresis",
    "ladder": "binodal.maps.ladder",
    "measure": "binodal.measuring.measure",
    "phase_map": "binodal.maps.phase_map",
    "recorder": "binodal.measuring.recorder",
    "reproduce": "binodal.reports.run",
    "solve": "binodal.solve",
    "sweep": "binodal.sweeps.sweep",
    "train": "binodal.training.train",
}

__all__ = [
    "audit",
    "boundary",
    "cite",
    "codegen",
    "compare",
    "critical",
    "delay",
    "derive",
    "dynamics",
    "experiment",
    "figure",
    "figures",
    "hysteresis",
    "ladder",
    "measure",
    "phase_map",
    "recorder",
    "reproduce",
    "solve",
    "sweep",
    "train",
]


def __getattr__(name: str) -> Any:
    """Functions stand beside what they need, and are loaded when they are first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*_HOMES]
