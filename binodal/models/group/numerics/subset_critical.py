"""Events of an irrep on a subset of the pairs: those of the mode of Z_|G| that it is."""

from __future__ import annotations

from dataclasses import replace

from binodal.models.group.numerics.critical import ALONG
from binodal.models.group.numerics.cyclic import CyclicTwin
from binodal.models.modular.numerics.results import CriticalPoint
from binodal.models.modular.numerics.subset_critical import critical_on_subset
from binodal.models.modular.parameters import SHARE
from binodal.numerics.critical import CriticalPoints, Found, Request


class SubsetGroupPoints(CriticalPoints[CriticalPoint]):
    """Birth, coexistence and loss of an irrep of dimension one on a subset."""

    limit = "thermodynamic"
    theories, events, alongs = ("derived",), critical_on_subset.events, (*ALONG, SHARE)

    def __init__(self, twin: CyclicTwin) -> None:
        self.twin = twin

    def never(self, request: Request) -> str:
        """As for a mode."""
        return critical_on_subset.never(request)

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """As for a mode."""
        return critical_on_subset.assumptions(request)

    def found(self, request: Request) -> Found[CriticalPoint]:
        """Those of the mode."""
        parameters = self.twin.parameters(request.parameters)
        return critical_on_subset.found(replace(request, parameters=parameters))
