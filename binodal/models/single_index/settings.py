"""The settings of a single-index model as users write them: read, never evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from binodal.errors import RequestError
from binodal.numerics.exact import exact

_TERM = re.compile(r"\s*([0-9]{1,3})\s*:\s*([+-]?\s*[0-9./eE+-]+)\s*")
_SEVERAL = re.compile(r"\s*\(((?:\s*[0-9]{1,3}\s*,?){2,3})\)\s*:\s*([+-]?\s*[0-9./eE+-]+)\s*")
_LONGEST, _HIGHEST = 400, 40


def teacher_of(text: str) -> dict[int, Fraction]:
    """The coefficients of He_k(w*.x) by k, from "K: COEFFICIENT, ...".

    Raises RequestError with what is wrong; a coefficient 0 is no mode.

    >>> teacher_of("1: 1, 3: -3/10")
    {1: Fraction(1, 1), 3: Fraction(-3, 10)}
    """
    if len(text) > _LONGEST:
        raise RequestError(f"teacher: at most {_LONGEST} characters")
    coefficients: dict[int, Fraction] = {}
    for part in text.split(","):
        term = _TERM.fullmatch(part)
        if term is None:
            raise RequestError(
                f"teacher {part.strip()!r}: write K: COEFFICIENT, as in 1: 1, 3: -3/10"
            )
        order, value = int(term[1]), exact(term[2].replace(" ", ""), "teacher")
        if order in coefficients:
            raise RequestError(f"teacher: He_{order} is given twice")
        if order > _HIGHEST:
            raise RequestError(f"teacher: He_{order} is beyond He_{_HIGHEST}")
        coefficients[order] = value
    modes = {order: value for order, value in sorted(coefficients.items()) if value}
    if not modes:
        raise RequestError(f"teacher {text!r} has no modes")
    return modes


def teacher_text(modes: Mapping[int, Fraction]) -> str:
    """The teacher as it is read.

    >>> teacher_text({1: Fraction(1), 3: Fraction(-3, 10)})
    '1: 1, 3: -3/10'
    """
    return ", ".join(f"{order}: {value}" for order, value in modes.items())


def several_of(text: str) -> dict[tuple[int, ...], Fraction]:
    """The coefficients of He_a(w*_1.x) He_b(w*_2.x) ... of two or three directions.

    From "(A,B): COEFFICIENT, ...". Raises RequestError with what is wrong.

    >>> several_of("(1,0): 1, (0,1): 1, (3,0): -3/10")
    {(0, 1): Fraction(1, 1), (1, 0): Fraction(1, 1), (3, 0): Fraction(-3, 10)}
    """
    if len(text) > _LONGEST:
        raise RequestError(f"teacher: at most {_LONGEST} characters")
    coefficients: dict[tuple[int, ...], Fraction] = {}
    for part in re.split(r",(?=\s*\()", text):
        term = _SEVERAL.fullmatch(part)
        index = tuple(int(k) for k in term[1].split(",") if k.strip()) if term else ()
        if term is None or len(index) not in (2, 3) or term[1].count(",") != len(index) - 1:
            example = "(1,0): 1, (0,1): 1"
            raise RequestError(
                f"teacher {part.strip()!r}: write (K1,K2): COEFFICIENT, as in {example}, with two "
                "or three directions"
            )
        if index in coefficients:
            raise RequestError(f"teacher: {index} is given twice")
        if sum(index) > _HIGHEST:
            raise RequestError(f"teacher: {index} is beyond degree {_HIGHEST}")
        coefficients[index] = exact(term[2].replace(" ", ""), "teacher")
    if len({len(index) for index in coefficients}) > 1:
        raise RequestError(f"teacher {text!r}: all modes must have the same number of directions")
    modes = {index: value for index, value in sorted(coefficients.items(), key=_by_degree) if value}
    if not modes:
        raise RequestError(f"teacher {text!r} has no modes")
    return modes


def several_text(modes: Mapping[tuple[int, ...], Fraction]) -> str:
    """The teacher as it is read."""
    return ", ".join(f"{written(index)}: {y}" for index, y in modes.items())


def modes_of(text: str) -> dict[tuple[int, ...], Fraction]:
    """The teacher by multi-index, however many directions it is written with.

    >>> modes_of("1: 1, 3: -3/10")
    {(1,): Fraction(1, 1), (3,): Fraction(-3, 10)}
    """
    if has_several(text):
        return several_of(text)
    return {(order,): value for order, value in teacher_of(text).items()}


def written(index: tuple[int, ...]) -> str:
    """A multi-index as it is read.

    >>> written((1, 0))
    '(1,0)'
    """
    return f"({','.join(map(str, index))})"


def _by_degree(item: tuple[tuple[int, ...], Fraction]) -> tuple[int, tuple[int, ...]]:
    return sum(item[0]), item[0]


def directions(text: str) -> int:
    """How many directions a teacher is written with.

    >>> directions("1: 1"), directions("(1,0,0): 1")
    (1, 3)
    """
    return len(next(iter(several_of(text)))) if has_several(text) else 1


def has_several(text: str) -> bool:
    """Whether a teacher is written with more than one direction."""
    return text.lstrip().startswith("(")


def canonical(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as they are written in names and documents.

    Raises RequestError for what cannot be read.

    >>> canonical({"activation": "erf", "teacher": "3:-0.3,1:1", "bias": "none"})["teacher"]
    '1: 1, 3: -3/10'
    """
    return {
        "activation": _activation_text(settings["activation"]),
        "teacher": _teacher_text(settings["teacher"]),
        "bias": _bias_text(settings["bias"]),
    }


def _teacher_text(text: str) -> str:
    if not has_several(text):
        return teacher_text(teacher_of(text))
    return several_text(several_of(text))


def _activation_text(text: str) -> str:
    # The paper's own needs nothing, and the models are listed wherever help is shown.
    if text == "erf":
        return text
    from binodal.numerics.overlaps.facts import facts

    return facts(text).name


def bias_of(text: str) -> tuple[str, Fraction]:
    """Which prior the biases have, and its number: their common value, or a variance.

    >>> bias_of("fixed: 1/2")
    ('fixed', Fraction(1, 2))
    """
    kind, _, value = (part.strip() for part in text.partition(":"))
    if kind == "none" and not value:
        return kind, Fraction(0)
    if kind not in ("fixed", "prior", "scaled"):
        raise RequestError(f"bias {text!r}: choose none, fixed:B, prior:V or scaled:V")
    number = exact(value, "bias")
    if kind != "fixed" and number <= 0:
        raise RequestError(f"bias {text!r}: the variance must be greater than 0")
    return kind, number


def has_random_biases(text: str) -> bool:
    """Whether each neuron has a bias of its own, drawn from a prior.

    >>> has_random_biases("fixed:1/2"), has_random_biases("scaled:1")
    (False, True)
    """
    return bias_of(text)[0] in ("prior", "scaled")


def _bias_text(text: str) -> str:
    kind, number = bias_of(text)
    return kind if kind == "none" else f"{kind}:{number}"
