"""The weight of the ring of droplets at given u: as printed, in one loop, and exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from binodal.models.modular.numerics.functions import ring_odds, saddle_functions, values
from binodal.models.modular.numerics.law import ExactLaw, share_of
from binodal.models.modular.numerics.results import require_complex_mode
from binodal.numerics.balls import ball, precision
from binodal.numerics.errors import ParameterError


@dataclass(frozen=True)
class RingWeights:
    """Odds of ring against zero state in three ways, and neurons on the ring of one mode.

    ``printed`` is B.41 (4 exp(-P s)), ``one_loop`` the derived Gaussian approximation with
    exp(-2 P s), ``exact`` the ratio of the certified integrals over both basins, cut at the mean of
    the saddle between them. ``neurons`` is N times the exact probability of the ring.
    """

    printed: arb
    one_loop: arb
    exact: arb
    neurons: arb

    @property
    def one_loop_error(self) -> arb:
        """Relative error of the one-loop odds; of order 1/P where basins are well separated."""
        return self.one_loop / self.exact - 1


def ring_weights(parameters: Mapping[str, Fraction], u: Fraction, bits: int = 128) -> RingWeights:
    """All three at coupling u (sigma2 is not used). Raises ParameterError where no ring exists.

    >>> from binodal.models.registry import preset
    >>> weights = ring_weights(preset("fig3"), Fraction(23, 2000))
    >>> abs(float(weights.one_loop_error)) < 1 / 401
    True
    """
    require_complex_mode(parameters)
    if not (u > 0 and u * u > parameters["gamma"]):
        raise ParameterError(f"u={u}: a ring exists for u^2 > gamma = {parameters['gamma']} only")
    with precision(bits):
        _, order, _, _, gamma = values(parameters)
        at_u = ball(u)
        position = saddle_functions("derived")(at_u, gamma, order)[1]
        exact = ExactLaw(parameters).odds(at_u)
        printed, one_loop = (
            ring_odds(name)(position, at_u, order, gamma)[0] for name in ("printed", "one-loop")
        )
        neurons = ball(parameters["N"]) * share_of(exact)
        return RingWeights(printed, one_loop, exact, neurons)
