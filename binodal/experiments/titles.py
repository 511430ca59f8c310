"""Cases of experiments in words: what a name's numbers are, as far as its parameters tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from binodal.page.blocks import literal

_LETTERS = {"beta": "β", "sigma2": "σ²", "N": "N", "n": "n", "P": "P", "d": "d"}
"""What cases vary, in letters that need no mathematics: there are hundreds of lines."""

WORDS = {
    "data": "n = {n} examples",
    "width": "N = {N} neurons",
    "full-width": "full size, N = {N} neurons",
    "time": "in time, n = {n} examples",
    "full-time": "in time, full size",
    "modular-width": "modular addition, N = {N} neurons",
    "modular-P": "modular addition, P = {P}",
    "narrow": "N = {N} neurons",
    "relu": "relu, {as_in_fig2}",
    "tanh": "tanh, {as_in_fig2}",
    "gelu": "gelu, {as_in_fig2}",
    "committee": "two directions, {as_in_fig2}",
    "one-bias": "one bias of all neurons, {as_in_fig2}",
    "own-biases": "biases of each neuron's own, {as_in_fig2}",
}
"""What the words of names say, with the parameters of the case."""

LADDERS = {
    "data": "more examples",
    "width": "wider networks",
    "beta": "all sizes together",
    "modular-width": "modular addition, wider",
    "modular-P": "modular addition, larger",
}
"""What grows along a ladder of cases."""

_AS_IN_FIG2 = "as Fig. 2 at σ² = {}"
"""The number is the noise of Fig. 2 that has the same couplings u and G."""

_PIECE = re.compile(r"(\D[^-]*(?:-\D[^-]*)*)(?:-(\d[\d./]*(?:e-\d+)?(?:-\d+)?))?(?:-|$)")
_NAME = re.compile(f"(?:{_PIECE.pattern})*")


def case_title(name: str, params: Mapping[str, Any] = MappingProxyType({})) -> str:
    """A case of an experiment in words; a name of another form is said as it is.

    >>> case_title("beta-1-8-sigma2-0.10"), case_title("own-biases-0.1")
    ('β = 1/8, σ² = 0.10', "biases of each neuron's own, as Fig. 2 at σ² = 0.1")
    >>> case_title("data-4", {"n": "1500"}), case_title("S3-narrow", {"N": "100"})
    ('n = 1500 examples', 'S3, N = 100 neurons')
    >>> case_title("S3-5e-05", {"sigma2": "1/20000"}), case_title("beta-1-4", {"N": "175"})
    ('S3, σ² = 0.00005', 'β = 1/4 (N = 175)')
    """
    if not _NAME.fullmatch(name):
        return literal(name.replace("-", " "))
    return ", ".join(part for words, value in _pieces(name) for part in _told(words, value, params))


def _pieces(name: str) -> Iterator[tuple[str, str]]:
    """Words, and the number after them if there is one; 1-8 is 1/8."""
    for words, value in _PIECE.findall(name):
        yield words, value if "e-" in value else value.replace("-", "/").removesuffix("/1")


def _told(words: str, value: str, params: Mapping[str, Any]) -> Iterator[str]:
    if words in _LETTERS and value:
        scaled = f" (N = {params['N']})" if words == "beta" and "N" in params else ""
        yield f"{_LETTERS[words]} = {_plain(value)}{scaled}"
        return
    known = {**params, "as_in_fig2": _AS_IN_FIG2.format(value)}
    tokens = [words] if words in WORDS else words.split("-")
    told = [_phrase(token, known) for token in tokens]
    if any("{" in WORDS.get(token, "") for token in tokens) and told != tokens:
        yield from told
        return
    own = next((letter for of, letter in _LETTERS.items() if _same(params.get(of), value)), "")
    yield literal(" ".join(told) if own or not value else f"{' '.join(told)} {value}")
    if own:
        yield f"{own} = {_plain(value)}"


def _phrase(word: str, known: Mapping[str, Any]) -> str:
    """What a word says, or the word itself where its parameter is not told."""
    try:
        return WORDS.get(word, word).format_map(known)
    except KeyError:
        return word.replace("-", " ")


def _same(parameter: Any, text: str) -> bool:
    fits = parameter is not None and text and "/" not in text
    return bool(fits) and Fraction(str(parameter)) == Fraction(text)


def _plain(value: str) -> str:
    """Without an exponent."""
    return f"{float(value):.12f}".rstrip("0") if "e" in value else value


def titles_of(cases: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The titles of a summary's cases by their names."""
    return {
        str(of.get("name")): case_title(str(of.get("name")), of.get("params") or {}) for of in cases
    }
