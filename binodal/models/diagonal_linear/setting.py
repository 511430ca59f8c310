"""The data of a member of the family, as exact rows of constraints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from binodal.models.diagonal_linear.settings import samples_of

Row = tuple[Fraction, ...]


@dataclass(frozen=True)
class Setting:
    """Rows and bounds: rows.w = bounds of an interpolator, rows.w >= bounds of a separator.

    A classifier's rows are y x and its bounds 1, the margin. ``component`` counts from zero.
    """

    rows: tuple[Row, ...]
    bounds: Row
    loss: str
    component: int

    @property
    def separates(self) -> bool:
        """Whether constraints are margins, which a predictor may exceed."""
        return self.loss != "squared"

    @property
    def width(self) -> int:
        """The number of weights."""
        return len(self.rows[0])


def setting_of(settings: Mapping[str, str]) -> Setting:
    """The setting of canonical words."""
    samples, component = samples_of(settings["samples"]), int(settings["component"]) - 1
    if settings["loss"] == "squared":
        rows, bounds = zip(*samples, strict=True)
        return Setting(rows, bounds, "squared", component)
    signed = tuple(tuple(y * value for value in x) for x, y in samples)
    return Setting(signed, (Fraction(1),) * len(signed), settings["loss"], component)
