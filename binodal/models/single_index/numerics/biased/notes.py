"""What a theory of neurons with random biases rests on, in words."""

from __future__ import annotations

from binodal.models.single_index.numerics.biased.setting import MOST, BiasedSetting
from binodal.models.single_index.numerics.notes import assumptions

AROUND = f"and biases of at most {MOST} in size"
_SCALED = "biases: of N(0, V/d), so that a bias of order one costs order d"
_PRIOR = (
    "biases: of N(0, V), so that a bias costs nothing of order d; in the zero state their law is "
    "tilted by the fluctuations of the cosine; biases rarer than any digit asked for are left out"
)
_MEAN = "modes: mode 0 is learned at once, or absent"
_STILL = "modes: mode 0 is zero, as the teacher's is and as biases of either sign are alike"


def notes(setting: BiasedSetting, theory: str, features: bool = False) -> tuple[str, ...]:
    """Those of the limit d -> infinity, and of a state with neurons at a feature."""
    common = assumptions(theory, features=features)[:-1]
    scaled = setting.kind == "scaled"
    still = scaled and setting.biased.facts.vanishes(0)
    return (*common, _SCALED if scaled else _PRIOR, _STILL if still else _MEAN)
