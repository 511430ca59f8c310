"""The page as one file that loads nothing: its policy allows its own script and style alone."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from string import Template

from binodal.explorer.bundle import resource, script
from binodal.explorer.once import once
from binodal.explorer.typeset import formula_blocks
from binodal.page.font import font_face
from binodal.version import VERSION

MAX_BYTES = 300_000


def _hash(text: str) -> str:
    """A source expression of a content-security policy for exactly this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy(own_script: str, own_style: str) -> str:
    """Nothing from anywhere; one script and one style sheet by their hashes."""
    rules = {
        "default-src": "'none'",
        "script-src": _hash(own_script),
        "style-src": _hash(own_style),
        "img-src": "data:",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


@cache
def page() -> str:
    """The explorer's HTML, from the user's cache where it is there."""
    return once("page", made)


def made() -> str:
    """The same, made anew; the same bytes on every call of one version."""
    own_script, own_style = script(), font_face() + resource("style.css")
    return Template(resource("page.html")).substitute(
        policy=policy(own_script, own_style),
        script=own_script,
        style=own_style,
        formulas=formula_blocks(),
        version=VERSION,
    )
