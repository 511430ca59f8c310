"""Spinodals to all powers of the disorder: where births end, by energies at fixed points."""

from __future__ import annotations

import numpy as np
import sympy as sp

from binodal.models.modular.derivations.cavity import DISORDER, E, W, bend_to_all_powers, surface
from binodal.models.modular.derivations.cavity_checks import bent

END = 1.516381 / 216
"""epsilon of the last birth; to leading order 2.324692/216."""


def test_births_end_where_no_curvature_vanishes() -> None:
    """A little less disorder has births and losses, a little more has none."""
    couplings = np.linspace(1.10, 1.18, 9)
    before, after = ({bent(y, part * END) > 0 for y in couplings} for part in (0.995, 1.005))
    assert (len(before), len(after)) == (2, 1)


def test_the_curve_has_its_most_disorder_there() -> None:
    """Along the curve in (w, e), near the end at w = 0.09264."""
    factors = sp.factor_list(sp.numer(bend_to_all_powers()))[1]
    (curve,) = (part.as_poly(E) for part, _ in factors if part.has(E) and part.has(W))
    strength = surface()[DISORDER]
    most = 0.0
    for w in np.linspace(0.0915, 0.094, 6):
        roots = np.roots([float(c.subs(W, w)) for c in curve.all_coeffs()])
        (e,) = (root.real for root in roots if abs(root.imag) < 1e-9 and 0.006 < root.real < w)
        most = max(most, float(strength.subs({W: w, E: e})))
    assert abs(most / END - 1) < 1e-4
