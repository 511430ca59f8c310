"""Labels as users write them; free of SymPy, so that a cached answer need not load it."""

from __future__ import annotations

import re

WITNESS_TESTS = "tests/audit/witnesses/test_witnesses.py::test_the_derived_form_holds"
"""The test that runs every witness, by the witness's name."""


def normal(label: str) -> str:
    """A label without case, spaces, hyphens and underscores.

    >>> normal("Table 1") == normal("table-1")
    True
    """
    return re.sub(r"[\s_-]", "", label.casefold())
