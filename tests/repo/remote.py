"""Built pages must fetch nothing: ``python -m tests.repo.remote FOLDER`` says where they do."""

from __future__ import annotations

import re
import sys
from pathlib import Path

# Links that a reader follows (<a href>) are fine; what a browser loads by itself is not.
_LOADED = (
    r"<(?:script|link|img|iframe|source|video|audio)\b[^>]*?"
    r"\b(?:src|href)\s*=\s*[\"']?((?:https?:)?//[^\"'\s>]+)",
    r"@import\s+(?:url\()?[\"']?((?:https?:)?//[^\"')\s]+)",
    r"\burl\(\s*[\"']?((?:https?:)?//[^\"')\s]+)",
)


def remote_resources(pages: Path) -> list[str]:
    """Resources on other hosts that the HTML and CSS files below ``pages`` load."""
    found = []
    for path in sorted(p for p in pages.rglob("*") if p.suffix in {".html", ".css", ".svg"}):
        text = path.read_text("utf-8")
        for pattern in _LOADED:
            for match in re.finditer(pattern, text, re.IGNORECASE):
                found.append(f"{path.relative_to(pages).as_posix()}: loads {match.group(1)}")
    return found


if __name__ == "__main__":
    remote = remote_resources(Path(sys.argv[1]))
    sys.exit("\n".join(remote) or 0)
