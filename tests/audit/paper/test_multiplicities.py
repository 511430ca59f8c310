"""The sums of B.36 in closed form are those of its terms, label by label."""

from __future__ import annotations

from itertools import product

import pytest
import sympy as sp

from binodal.audit.paper.appendix_b_kernel import printed_constant, printed_on_axis
from binodal.derive.symbols import P, x0_mean, x0x0_mean, x_mean, xx_mean
from binodal.models.modular.derivations.ensemble import identical_ensemble


@pytest.mark.parametrize("order", [3, 5, 7])
def test_closed_sums(order: int) -> None:
    """As printed: 1 for a pair, 2 for a splitting, 1 for |w_k|^2 |w_k'|^2; w and v alike."""
    ensemble = identical_ensemble(order)
    moments = {x_mean: (1, 1), xx_mean: (1, 2), x0_mean: (0, 1), x0x0_mean: (0, 2)}
    at = {s: sp.Rational(str(ensemble.moment(*of, 0))) for s, of in moments.items()}
    at[P] = sp.Integer(order)

    def splittings(total: int) -> sp.Rational:
        pairs = (ensemble.squares([i, total - i], []) for i in range(order))
        return 2 * sp.Rational(str(sum(pairs)))

    every = product(range(order), repeat=2)
    double = sp.Rational(str(sum(ensemble.squares(pair, []) for pair in every)))
    assert printed_constant().subs(at) == at[x0_mean] ** 2 + 2 * (splittings(0) + double)
    assert printed_on_axis().subs(at) == at[x_mean] * at[x0_mean] + splittings(1)
