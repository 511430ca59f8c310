"""Results of the API: a numerics object, its document, and its table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from binodal.result_json import exit_status


@dataclass(frozen=True)
class Result:
    """A result: the numerics object, its document as in ``--json``, and its table as ``str``.

    In a notebook it shows itself as a table with its mathematics.
    """

    value: Any
    document: Mapping[str, Any]
    text: str

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from binodal.reports.notebook import result_html

        return result_html(self.document)

    @property
    def status(self) -> str:
        """certified, converged, undecided or absent."""
        return str(self.document["status"])

    @property
    def exit_status(self) -> int:
        """What the command exits with: 0 decided, 1 undecided or absent."""
        return exit_status(self.document)

    def to_json(self) -> str:
        """The document as JSON text."""
        return json.dumps(self.document, indent=2, ensure_ascii=False)

    def plot(self, axes: Any = None) -> Any:
        """The action at this state with its saddles (minima filled), on matplotlib axes.

        New axes are made if none are given. Raises :class:`binodal.errors.RequestError` when
        no state was found.
        """
        from binodal.page.landscape import draw_landscape
        from binodal.reports.landscape import landscape

        return draw_landscape(landscape(self.document), axes)

    def to_xarray(self) -> Any:
        """The numbers as an xarray.Dataset: values, radii or errors beside them, saddles along a
        dimension, everything else as attributes.

        Raises :class:`binodal.errors.RequestError` where xarray is not installed.
        """
        from binodal.dataset import dataset

        return dataset(self.document)
