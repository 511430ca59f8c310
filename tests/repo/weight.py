"""Built pages stay light: ``python -m tests.repo.weight FOLDER`` says which are too heavy.

The whole report is built by `make reproduce` alone, so it is weighed there; the tests weigh the
quick one, and each of its figures.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

MOST_BYTES = 3_000_000
MOST_OF_A_FIGURE = 140_000

_FIGURE = re.compile(r'<figure id="([^"]*)"><div class=drawing><img src="([^"]*)"')


def too_heavy(pages: Path) -> list[str]:
    """The HTML files below ``pages`` that are over the bound, and the figures in them that are."""
    found = []
    for path in sorted(pages.rglob("*.html")):
        text = path.read_text("utf-8")
        size = len(text.encode())
        if size > MOST_BYTES:
            found.append(f"{path.name}: {size} bytes of at most {MOST_BYTES}")
        for name, drawing in _FIGURE.findall(text):
            if len(drawing) > MOST_OF_A_FIGURE:
                found.append(f"{name}: {len(drawing)} bytes of at most {MOST_OF_A_FIGURE}")
    return found


if __name__ == "__main__":
    heavy = too_heavy(Path(sys.argv[1]))
    sys.exit("\n".join(heavy) or 0)
