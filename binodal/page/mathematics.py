"""LaTeX as MathML, which browsers typeset without scripts."""

from __future__ import annotations

import html
import re
from functools import cache

from binodal.errors import BinodalError

_KEPT = {
    "&lt;": "\x00",
    "&gt;": "\x01",
    "&amp;": "\x02",
    "&#x0003C;": "\x00",
    "&#x0003E;": "\x01",
    "&#x00026;": "\x02",
}
_BACK = {"\x00": "&lt;", "\x01": "&gt;", "\x02": "&amp;"}
# The converter knows split alone of the environments that align at "&".
_SAME_AS_SPLIT = ("aligned", "align", "align*")
_LETTERS = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "zeta": "ζ",
    "theta": "θ",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "pi": "π",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "phi": "φ",
    "chi": "χ",
    "Gamma": "Γ",
    "Lambda": "Λ",
    "ell": "ℓ",
}
_SIGNS = {"-&gt;": "→", "&lt;=": "≤", "&gt;=": "≥", " - ": " − "}


class NoMathML(BinodalError):
    """A formula that cannot be written as MathML; the message shows it."""


@cache
def mathml(latex: str, display: str = "block") -> str:
    """MathML of a formula; ``display`` is "inline" or "block".

    Raises :class:`NoMathML` for LaTeX that the converter does not know: it would print it as text.

    >>> "<msup>" in mathml(r"\\sigma^2", "inline")
    True
    """
    from latex2mathml.converter import convert

    known = latex
    for name in _SAME_AS_SPLIT:
        known = known.replace(f"{{{name}}}", "{split}")
    try:
        markup = convert(known, display=display)
    except Exception as error:  # the converter raises errors of many kinds for bad LaTeX
        raise NoMathML(f"no MathML for {latex!r}: {error!r}") from error
    if "\\" in markup or "<mi>&</mi>" in markup:
        raise NoMathML(f"no MathML for a command or an environment in {latex!r}")
    return _compact(markup)


def _compact(markup: str) -> str:
    """Characters instead of references, and no namespace: inside HTML neither is needed."""
    for reference, stand_in in _KEPT.items():
        markup = markup.replace(reference, stand_in)
    markup = html.unescape(markup).replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
    for stand_in, reference in _BACK.items():
        markup = markup.replace(stand_in, reference)
    markup = _without_defaults(markup)
    # A bar is set as a letter: as an operator, browsers take it to separate what it holds.
    return markup.replace('<mo stretchy="false">|</mo>', "<mi>|</mi>")


def _without_defaults(markup: str) -> str:
    """Without what a browser does anyway: a third of all that a derivation takes.

    A bracket that opens or closes a row is a fence and stretches; a row of one letter or number,
    with its scripts, is that; the formula itself is a row.

    >>> _without_defaults("<msup><mi>x</mi><mrow><mn>2</mn></mrow></msup>")
    '<msup><mi>x</mi><mn>2</mn></msup>'
    """
    fence = r'<mo stretchy="true" fence="true" form="{}">([{}])</mo>'
    markup = re.sub(r"<mrow>" + fence.format("prefix", r"(\[{"), r"<mrow><mo>\1</mo>", markup)
    markup = re.sub(fence.format("postfix", r")\]}") + r"</mrow>", r"<mo>\1</mo></mrow>", markup)
    markup = re.sub(r"<mrow>(<m([in])>[^<]*</m\2>)</mrow>", r"\1", markup)
    leaf = r"<m[in]>[^<]*</m[in]>"
    scripted = rf"<(msu[bp]|msubsup)>(?:{leaf})+</\2>"
    markup = re.sub(rf"<mrow>({scripted})</mrow>", r"\1", markup)
    markup = markup.replace('<math display="inline">', "<math>")
    return re.sub(r"^(<math[^>]*>)<mrow>(.*)</mrow></math>$", r"\1\2</math>", markup)


def typeset_words(escaped: str) -> str:
    """Plain-text mathematics inside prose, as the derivations' rules write it, made readable.

    >>> typeset_words("sigma_w^2 -&gt; r_perp^{d-2}")
    '<i>σ</i><sub>w</sub><sup>2</sup> → r<sub>⊥</sub><sup>d−2</sup>'
    """
    names = "|".join(_LETTERS)
    escaped = re.sub(r"\bsigma(_[aw])?2\b", r"sigma\1^2", escaped)
    text = re.sub(
        rf"(?<![A-Za-z\\])({names})(?![A-Za-z])", lambda m: f"<i>{_LETTERS[m[1]]}</i>", escaped
    )
    text = re.sub(
        r"(?<=[A-Za-z>|\]])_(?:\{([^{}]*)\}|(perp|[A-Za-z]{1,2}|\d+)(?![A-Za-z_]))",
        lambda m: f"<sub>{_script(m[1] or m[2])}</sub>",
        text,
    )
    text = re.sub(
        r"(?<=[\w>|)\]])\^(?:\{([^{}]*)\}|(-?\d+|[A-Za-z*~+])(?![A-Za-z]))",
        lambda m: f"<sup>{_script(m[1] or m[2])}</sup>",
        text,
    )
    text = re.sub(r"(?<![\w)\]>-])-(?=[\d.])", "−", text)
    for sign, character in _SIGNS.items():
        text = text.replace(sign, character)
    return _quotes(text)


def _quotes(text: str) -> str:
    """Apostrophes and quotation marks of print; a prime after a capital (S'') stays."""
    text = re.sub(r"(?<=[a-z])'(?=[a-z\s.,;:)]|$)", "’", text)
    return re.sub(r'"([^"<>]*)"', r"“\1”", text)


def _script(text: str) -> str:
    return text.replace("perp", "⊥").replace("-", "−")
