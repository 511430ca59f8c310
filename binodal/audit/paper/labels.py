"""Labels as users write them; free of SymPy, so that a cached answer need not load it."""

from __future__ import annotations

import re


def normal(label: str) -> str:
    """A label without case, spaces, hyphens and underscores.

    >>> normal("Table 1") == normal("table-1")
    True
    """
    return re.sub(r"[\s_-]", "", label.casefold())
