"""``python -m tests.docs.font STIXTwoMath-Regular.ttf``: the part of a mathematics font in pages.

Writes ``binodal/page/mathematics.woff2`` from STIX Two Math (SIL Open Font License 1.1, whose
notice stays in the file), which https://github.com/stipub/stixfonts publishes. Needs fonttools and
brotli. Characters that are not in it fall back to the reader's own fonts.
"""

from __future__ import annotations

import sys
from pathlib import Path

FONT = Path(__file__).resolve().parents[2] / "binodal" / "page" / "mathematics.woff2"

_UPRIGHT = [chr(code) for code in range(0x20, 0x7F)]
_GREEK = [chr(code) for code in (*range(0x391, 0x3AA), *range(0x3B1, 0x3CA), 0x3D1, 0x3D5, 0x3F5)]
_ITALIC = [chr(code) for code in (*range(0x1D434, 0x1D468), 0x210E, *range(0x1D6E2, 0x1D71C))]
_SIGNS = [*"\xa0′″−±∓×·∗∘≤≥≠≈≡∼≃∝∞∂∇∑∏∫√⟨⟩‖∣⌊⌋⌈⌉→←↦⇒⟹⇔∈∉⊂∪∩⊕⊗⊥⟂†…⋯ℓℜℑℝℂℤ𝕀𝔼¯ˆ˜̂̃̄"]
CHARACTERS = frozenset([*_UPRIGHT, *_GREEK, *_ITALIC, *_SIGNS])
"""What formulas are set in; a single letter in a formula is shown by its italic."""

_NOTICES = (0, 1, 2, 3, 4, 5, 6, 13, 14)


def main(source: str) -> None:
    """Write the subset with the tables that stretch brackets and place scripts."""
    from fontTools.subset import Options, Subsetter, save_font
    from fontTools.ttLib import TTFont

    options = Options(layout_features=["ssty", "dtls"], name_IDs=[*_NOTICES], hinting=False)
    options.flavor = "woff2"
    font = TTFont(source)
    subset = Subsetter(options)
    subset.populate(unicodes=[ord(character) for character in CHARACTERS])
    subset.subset(font)
    save_font(font, FONT, options)
    print(f"{FONT.name}: {FONT.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
