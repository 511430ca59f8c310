"""How parameters and observables are written in prose and in figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from binodal.derive.symbols import TABLE
from binodal.page.blocks import literal

_LONGEST = 12
_PARAMETERS = {str(entry.symbol): entry.latex for entry in TABLE}

OBSERVABLES = {
    "b": "b",
    "c": "c",
    "m2": r"\langle m^2\rangle",
    "m2_shared": r"\sum_{i<j}\langle m_i^2 m_j^2\rangle",
    "bias2": r"\langle\text{bias}^2\rangle",
    "q2": r"\langle q^2\rangle",
    "w_perp2": r"|w_\perp|^2",
    "log_density": r"\log p(q)",
    "log_density_typical": r"\langle\log p(q)\rangle",
    "a": "a",
    "a_direct": r"a_{\text{direct}}",
    "b_direct": r"b_{\text{direct}}",
    "c_direct": r"c_{\text{direct}}",
    "lambda": r"\lambda",
    "x2": r"\langle |w_k|^2|v_k|^2\rangle",
    "x": r"\langle |w_k|^2\rangle",
    "a_test": r"a_{\text{test}}",
    "share_enough": r"F_{1/2}",
    "x4": r"\langle |w_k|^4\rangle",
}
_NUMBERED = (
    (r"t(\d)", "t_%s"),
    (r"t(\d)_(\d)", "t_{%s%s}"),
    (r"([mq])2_(\d)", r"\langle %s_%s^2\rangle"),
)
"""Observables of a mode and of a direction."""

_OF_IRREP = re.compile(r"(.+)_(\d[a-z])")


def math_of(name: str, known: Mapping[str, str] = _PARAMETERS) -> str:
    """A name between dollar signs, or as plain words where it has no letter of its own.

    >>> math_of("sigma_a2"), math_of("width of the step")
    ('$\\\\sigma_a^2$', 'width of the step')
    """
    return f"${known[name]}$" if name in known else name.replace("_", " ")


def observable(name: str) -> str:
    """An observable's letter between dollar signs, or its name.

    >>> observable("lambda"), observable("t1_0"), observable("rank_2a")
    ('$\\\\lambda$', '$t_{10}$', 'rank, irrep 2a')
    """
    for pattern, written in _NUMBERED:
        if numbers := re.fullmatch(pattern, name):
            return f"${written % numbers.groups()}$"
    if of_irrep := _OF_IRREP.fullmatch(name):
        return f"{math_of(of_irrep[1], OBSERVABLES)}, irrep {of_irrep[2]}"
    return math_of(name, OBSERVABLES)


def value_of(value: Any) -> str:
    """An exact value as it is if it is short, else its first digits.

    >>> value_of("3/20"), value_of("123456789012345/123456789012344")
    ('3/20', '≈ 1')
    """
    text = str(value)
    if len(text) <= _LONGEST:
        return text
    try:
        return f"≈ {float(Fraction(text)):.6g}"
    except (ValueError, ZeroDivisionError, OverflowError):
        return text


def equation(name: str, value: Any) -> str:
    """A parameter with its value, as prose.

    >>> equation("d", "150"), equation("sigma2", "123456789012345/123456789012344")
    ('$d$ = 150', '$\\\\sigma^2$ ≈ 1')
    """
    written, text = math_of(name), value_of(value)
    left = written if written.startswith("$") else literal(written)
    return f"{left} {literal(text)}" if text.startswith("≈") else f"{left} = {literal(text)}"
