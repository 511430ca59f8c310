"""The mathematics font that self-contained pages carry, so that MathML looks alike everywhere.

Without the tables of such a font a browser can neither stretch brackets nor place scripts. It is a
part of STIX Two Math, under the SIL Open Font License 1.1, whose notice stands in the file.
"""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files

FONT = "mathematics.woff2"
FAMILY = "Binodal Math"


@cache
def font_face() -> str:
    """The rule of a style sheet that holds the font itself.

    >>> font_face()[:43]
    "@font-face { font-family: 'Binodal Math'; s"
    """
    data = base64.b64encode(files("binodal.page").joinpath(FONT).read_bytes()).decode("ascii")
    source = f"url(data:font/woff2;base64,{data}) format('woff2')"
    return f"@font-face {{ font-family: '{FAMILY}'; src: {source}; }}\n"
