"""The whole page: one file that fetches nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from binodal.page.font import font_face
from binodal.page.inline import inline_html

Chapter = tuple[str, str, str]
"""Anchor, title in the markup of prose, and HTML of a chapter."""


@cache
def style() -> str:
    """The style sheet with its mathematics font."""
    return font_face() + files("binodal.page").joinpath("page.css").read_text("utf-8")


def policy() -> str:
    """What the browser may do: show this style sheet, and images and the font that the file holds.

    >>> policy().startswith("default-src 'none'; style-src 'sha256-")
    True
    """
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode("ascii")
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )


def page(title: str, lead: str, chapters: Sequence[Chapter], foot: str) -> str:
    """The HTML document; ``title``, ``lead`` and ``foot`` are prose.

    The first of the chapters stands before the table of contents.
    """
    contents = "".join(
        f'<li><a href="#{anchor}">{inline_html(name)}</a></li>' for anchor, name, _ in chapters
    )
    first, *rest = (
        f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{inline_html(name)}</h2>\n'
        f"{inner}</section>"
        for anchor, name, inner in chapters
    )
    body = "\n".join([first, f'<nav aria-label="Contents"><ol>{contents}</ol></nav>', *rest])
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style()}</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header>
<h1>{inline_html(title)}</h1>
<p class="lead">{inline_html(lead)}</p>
</header>
<main id="content">
{body}
</main>
<footer><p>{inline_html(foot)}</p></footer>
</body>
</html>
"""
