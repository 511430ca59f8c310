"""The state past coexistence: neurons at features that lie as deep as the zero state."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb, arb_mat

from binodal.models.single_index.numerics.floats import Seeds
from binodal.models.single_index.numerics.joint import Direction, Feature, Joint, Part, Unheld
from binodal.models.single_index.numerics.results import Held, Place
from binodal.models.single_index.numerics.setting import Mode
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import precision
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box, System
from binodal.numerics.refine import newton_step, refine

_SCAN_BITS, _STEPS = 96, 60
_NOT_FOUND = "no state with neurons at a feature was found"


def pinned(state: State, seeds: Seeds, bits: int) -> Held:
    """The state that features hold, and neurons without a bound where they do, proved.

    Raises :class:`Undecided`.
    """
    parts: list[Part] = []
    starts: list[list[float]] = []
    for one in seeds.features:
        bounded = bool(np.isfinite(one.at).all())
        parts.append(Feature(state) if bounded else Direction(state, float(np.tanh(one.at[0]))))
        starts.append([float(np.tanh(one.at[0])), float(one.at[1])] if bounded else [])
    system, box = proved(parts, starts, seeds, Unheld(state), bits)
    with precision(bits):
        coordinates, amplitudes, masses = system.split(box)
        places = [
            Place(place[0], place[1].exp(), size)
            if place
            else Place(arb(float(np.tanh(one.at[0]))), None, size)
            for place, one, size in zip(coordinates, seeds.features, masses, strict=True)
        ]
        responses = responses_of(system, box, state.setting.modes, len(parts))
        return Held(tuple(places), tuple(amplitudes), responses)


def proved(
    parts: Sequence[Part],
    starts: Sequence[list[float]],
    seeds: Seeds,
    rest: CompiledSystem,
    bits: int,
    cosines: int = 1,
) -> tuple[Joint, Box]:
    """The conditions at all parts, and their zero: residual and masses near ``found``.

    ``rest`` is the closure without features; so many ``cosines`` come first among the coordinates
    of a part that has any. Raises :class:`Undecided`.
    """
    system = Joint(parts, rest, len(seeds.modes))
    masses = [one.mass for one in seeds.features]
    start = [x for own in starts for x in own] + [*seeds.modes.tolist(), *masses]
    counts = [sum(part.coordinates for part in parts[:k]) for k in range(len(parts))]
    kept = [
        place + k for place, own in zip(counts, starts, strict=True) if own for k in range(cosines)
    ]
    box = settled(system, [*map(arb, start)], bits, kept)
    for mass in box[len(box) - len(parts) :]:
        if not mass > 0:
            raise Undecided(f"the mass {mass.str(5)} of a feature is not proved positive")
    return system, box


def settled(system: System, start: Box, bits: int, cosines: Sequence[int]) -> Box:
    """Newton's method by short steps, cosines among the unknowns kept in, and a proof at the end.

    Raises :class:`Undecided`.
    """
    point = start
    with precision(_SCAN_BITS):
        for _ in range(_STEPS):
            moved, steps = newton_step(system, point)
            share = min(1.0, *(0.5 / float(s.mid()) for s in steps if s > 0.5), 1.0)
            point = [arb((p + share * (q - p)).mid()) for p, q in zip(point, moved, strict=True)]
            for k in cosines:
                if not abs(point[k]) < 1:
                    point[k] = arb(0.999) * (1 if point[k] > 0 else -1)
            if not all(p.is_finite() for p in point):
                raise Undecided(_NOT_FOUND)
            if max(float(s.mid()) for s in steps) < 1e-12:
                break
        else:
            raise Undecided(_NOT_FOUND)
    return refine(system, point, bits)


def responses_of(system: System, box: Box, modes: Sequence[Mode], masses: int) -> dict[Mode, arb]:
    """dt_k/dy_k of the acting modes at a proved state, by the slopes of its equations.

    The closure's rows are the last ones, and the modes stand before the masses; the row of mode k
    falls by one as y_k grows by one. Raises :class:`Undecided`.
    """
    count = len(box)
    rows, columns = count - len(modes), count - masses - len(modes)
    raised = arb_mat([[int(row == rows + i) for i in range(len(modes))] for row in range(count)])
    try:
        moved = arb_mat(system.jacobian(box)).solve(raised)
    except ZeroDivisionError as singular:
        raise Undecided("the response of the state to its target has no proved value") from singular
    return {k: moved[columns + i, i] for i, k in enumerate(modes)}
