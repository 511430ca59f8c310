"""What trains and judges the networks of a model, found by the name that a run's folder holds."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from binodal.models.registry import model
from binodal.numerics.parameters import Parameters

if TYPE_CHECKING:
    from binodal.validate.network_model import NetworkModel


def network_of(name: str, values: Mapping[str, Fraction]) -> tuple[Parameters, NetworkModel]:
    """The parameters and the networks of a model.

    Raises :class:`binodal.errors.RequestError` for an unknown one, or one without networks.
    """
    chosen = model(name)
    return Parameters(chosen.space, values), chosen.offer("network")
