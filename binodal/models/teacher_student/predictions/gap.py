"""Which approximations explain how far networks are from the published theory."""

from __future__ import annotations

from math import isfinite, nan

import numpy as np

from binodal.validate.compare.measurement import Measurement
from binodal.validate.compare.sources import Effect, Gap, OnData, Table
from binodal.validate.expansion import LIMIT

_NEEDED = (("published", "finite", 2), ("derived", "finite", 2), ("derived", "finite", 4))


def gap(measured: Measurement, table: Table, data: OnData | None) -> Gap | None:
    """d -> infinity, fixed r_perp (A.7b), two modes, the equivalent kernel, and mean field.

    finite N is paired on some data sets; finite n then follows from all of them: measured -
    (finite N) is the closure on the data, averaged over every data set of the run, with the error
    of the measurement, for data sets move networks and closure together.
    """
    if data is None or any(form not in table for form in _NEEDED):
        return None
    finite, exact, more = (table[form] for form in _NEEDED)
    limit = table.get(("published", "thermodynamic", 2))
    relaxed_limit = table.get(("derived", "thermodynamic", 2))
    by_size, spread = data.paired
    relaxed = exact - finite if relaxed_limit is None or limit is None else relaxed_limit - limit
    at_width = table.get(("derived", LIMIT, 4), nan)
    first = at_width - more if isfinite(at_width) else 0.0
    effects = [
        Effect("relaxed r_perp (A.7b removed)", relaxed),
        Effect("modes H5 and H7", more - exact),
        Effect(
            "finite n (closure on the data)",
            measured.value - by_size - more,
            float(np.hypot(measured.error, spread)),
        ),
        Effect("finite N, first order", first),
        Effect("finite N, the rest (networks against the closure)", by_size - first, spread),
    ]
    if limit is None:
        return Gap("published, finite", finite, effects, "interplay of these")
    effects.insert(0, Effect("finite d", finite - limit))
    return Gap("published, thermodynamic", limit, effects, "interplay of these")
