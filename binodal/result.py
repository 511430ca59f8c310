"""Results of the API: a numerics object, its document, and its table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from binodal.document import exit_status


@dataclass(frozen=True)
class Result:
    """A result: the numerics object, its document as in ``--json``, and its table as ``str``."""

    value: Any
    document: Mapping[str, Any]
    text: str

    def __str__(self) -> str:
        return self.text

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
