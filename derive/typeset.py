"""LaTeX of a symbol's name: names are plain formulas, which SymPy alone would split at _ and ^."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sympy.core.alphabets import greeks

_TOKEN = re.compile(r"(?:_[A-Za-z0-9']*)+|\^[-+]?(?:\d+|[A-Za-z]*)|[A-Za-z]+|\d+|\.\.\.|\s+|.")
_SIGNS = {"...": r"\cdots ", ".": r" \cdot ", "*": "^*"}
_BARRED = re.compile(r"([A-Za-z])bar")
_WORD = 3
_SPELLED = {
    "K_m2_K": "K m^2 K",
    "V3_V3": "V_3 V_3",
    "e_GmG_e": r"\langle e\,GmG\,e \rangle",
    "log_Z": r"\log Z",
    "m2_v": r"\langle m^2 v \rangle",
    "m_K_m": r"\langle m K m \rangle",
    "tr_GCGC": r"\mathrm{tr}\,GCGC",
    "tr_GmGm": r"\langle \mathrm{tr}\,GmGm \rangle",
    "var_R": r"\mathrm{Var}\,R",
}
"""Formulas whose names are identifiers, as generated code needs."""


def name_latex(name: str) -> str:
    """A name as it is typeset: Greek letters, sums and words, what is raised and what is lowered.

    >>> name_latex("(w_n + v_m)^2"), name_latex("T^rho_p(g,h)"), name_latex("x2")
    ('(w_{n} + v_{m})^{2}', 'T^{\\\\rho}_{p}(g,h)', 'x_{2}')
    >>> name_latex("sum chi(g^2)/|G|"), name_latex("tr(U V rho(p)^-1)"), name_latex("c_3_2")
    ('\\\\sum \\\\chi(g^{2})/|G|', '\\\\mathrm{tr}(U V \\\\rho(p)^{-1})', 'c_{3,2}')
    """
    if name in _SPELLED:
        return _SPELLED[name]
    if "{" in name:
        return _words(name)
    return re.sub(r"\s+", " ", "".join(_parts(_TOKEN.findall(name)))).strip()


def _parts(tokens: list[str]) -> Iterator[str]:
    before = ""
    for token in tokens:
        if token[0] in "_^":
            inner = token[1:].strip("_").replace("_", ",")
            yield f"{token[0]}{{{_words(inner)}}}" if inner else ""
        elif token.isdigit() and before.isalpha():
            yield f"_{{{token}}}"
        else:
            yield _word(token)
        before = token


def _words(text: str) -> str:
    return re.sub(r"[A-Za-z]+", lambda found: _word(found[0]), text)


def _word(token: str) -> str:
    """A letter, a product of capitals, a Greek letter, a sum, or a word in upright letters."""
    if token in _SIGNS:
        return _SIGNS[token]
    barred = _BARRED.fullmatch(token)
    if barred:
        return rf"\bar{{{barred[1]}}}"
    if token in ("sum", "ell") or token.lower() in greeks:
        return rf"\{token}"
    if token in ("tr", "Tr") or (token.islower() and len(token) >= _WORD):
        return rf"\mathrm{{{token}}}"
    return token
