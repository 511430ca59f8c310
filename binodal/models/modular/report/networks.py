"""The modular-addition networks that the report trains."""

from __future__ import annotations

from functools import partial

from binodal.models.modular.report.data import MODEL
from binodal.models.registry import model
from binodal.models.report import Ensemble
from binodal.numerics.parameters import Parameters


def _setting(sigma2: str) -> Parameters:
    """A ring needs tens of neurons a mode: at the setting of Fig. 3 it would hold none."""
    values = {"N": "1000", "P": "7", "sigma2": sigma2, "sigma_a2": "1/5000", "gamma": "2"}
    return model(MODEL).space.at(values)


def ensembles(quick: bool) -> list[Ensemble]:
    """Temperatures on both sides of the transition, more of them when full."""
    full = ("0.0014", "0.0028", "0.0045")
    return [
        Ensemble(
            f"modular-{sigma2}",
            f"Modular addition, sigma^2 = {sigma2}",
            partial(_setting, sigma2),
            members=8,
            starts="both",
            burn_in=100,
            draws=120,
        )
        for sigma2 in (("0.0028", "0.0045") if quick else full)
    ]
