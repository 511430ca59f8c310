"""Documents as text: aligned, short, each number with what is known about its error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal, localcontext
from fractions import Fraction
from typing import Any

_LONGEST, _LONGEST_WORDS = 24, 100
_NUMBER = re.compile(r"-?[0-9]+(/[0-9]+)?")


def counted(count: int, word: str) -> str:
    """A count with its noun.

    >>> counted(1, "step"), counted(3, "step")
    ('1 step', '3 steps')
    """
    return f"{count} {word}" + ("" if count == 1 else "s")


def shown(number: Mapping[str, str] | None, digits: int = 15) -> str:
    """A number rounded to ``digits`` digits, and to the second of its error, which includes that.

    >>> shown({"mid": "0.178719454735076212", "rad": "2e-18"}, 12)
    '0.178719454735 ± 8e-14'
    >>> shown({"mid": "0", "rad": "0"}), shown({"mid": "1e-43", "rad": "8e-37"})
    ('0', '0 ± 9e-37')
    >>> shown({"value": "0.450910610612482", "error": "0.0021"})
    '0.4509 ± 0.003'
    """
    if number is None:
        return "-"
    middle, error = (
        number[key] for key in (("mid", "rad") if "mid" in number else ("value", "error"))
    )
    value, spread = Decimal(middle), Decimal(error)
    if spread:
        digits = max(1, min(digits, value.adjusted() - spread.adjusted() + 2))
    rounded = _rounded(value, digits)
    if abs(value) <= spread:
        rounded = Decimal(0)
    with localcontext(prec=2 * digits + 50):
        spread += abs(value - rounded)
    text = f"{rounded:f}" if -6 <= rounded.adjusted() <= digits else f"{rounded:e}"
    return f"{text} ± {_one_digit_up(spread)}" if spread else text


def shown_mass(saddle: Mapping[str, Any], digits: int = 15) -> str:
    """The mass of a saddle with what is known of its error; empty where it has none.

    >>> shown_mass({"mass": 0.25, "mass_error": 1e-9}), shown_mass({"mass": None})
    ('0.25 ± 1e-9 (not certified)', '')
    >>> shown_mass({"mass": 1.0, "mass_ball": {"mid": "1.00000", "rad": "0"}})
    '1'
    """
    if saddle["mass"] is None:
        return ""
    if "mass_error" in saddle:
        estimate = {"value": repr(saddle["mass"]), "error": repr(saddle["mass_error"])}
        return f"{shown(estimate, digits)} (not certified)"
    if saddle["mass_ball"]["rad"] == "0":
        return f"{saddle['mass']:.{digits}g}"
    return shown(saddle["mass_ball"], digits)


def _rounded(value: Decimal, digits: int) -> Decimal:
    with localcontext(prec=digits):
        return +value


def _one_digit_up(spread: Decimal) -> str:
    with localcontext(prec=1, rounding=ROUND_CEILING):
        return str(+spread).lower().replace("e+", "e")


def columns(rows: Sequence[Sequence[str]], indent: str = "  ") -> list[str]:
    """Rows of text in aligned columns.

    >>> columns([["q", "kind"], ["0.85", "minimum"]])
    ['  q     kind', '  0.85  minimum']
    """
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return [indent + line.rstrip() for line in lines]


def _head(document: Mapping[str, Any], what: str) -> list[str]:
    words = f"{document['model']}, {document['theory']} theory, {document['limit']} limit"
    return [f"{words}: {what}  [{document['status']}]"]


def setting(name: str, value: str) -> str:
    """NAME=VALUE, or the first digits or words where the exact value is too long to read.

    >>> setting("sigma2", "1/4"), setting("sigma_a2", f"{10**30 // 3}/{10**30}")
    ('sigma2=1/4', 'sigma_a2≈0.333333333333')
    >>> setting("group", "permutations " + " ".join(map(str, range(60))))
    'group=permutations 0 1 2 3 4 5 6 7 8 9 10 11 12 13 ... (182 characters)'
    """
    if len(value) <= _LONGEST or not _NUMBER.fullmatch(value):
        if len(value) <= _LONGEST_WORDS:
            return f"{name}={value}"
        start = value[: _LONGEST_WORDS // 2].rpartition(" ")[0]
        return f"{name}={start} ... ({len(value)} characters)"
    exact = Fraction(value)
    with localcontext(prec=12):
        short = Decimal(exact.numerator) / Decimal(exact.denominator)
    return f"{name}≈{short.normalize():g}".replace("e+", "e")


def foot(document: Mapping[str, Any]) -> list[str]:
    """The last lines of a table: the reason, the parameters and the assumptions."""
    lines = [f"because     {document['reason']}"] if document["reason"] else []
    lines += ["parameters  " + "  ".join(setting(*item) for item in document["params"].items())]
    return lines + dropped_lines(document) + _listed("assumes", document["assumptions"])


def dropped_lines(document: Mapping[str, Any]) -> list[str]:
    """The terms that are left out, and warnings of those that are not small."""
    terms = document.get("dropped", ())
    return _listed("dropped", map(dropped_text, terms)) + _listed("warning", warnings(terms))


def _listed(head: str, texts: Iterable[str]) -> list[str]:
    """One line a text, the first with a head."""
    return [f"{'' if k else head:<12}{text}" for k, text in enumerate(texts)]


def dropped_text(term: Mapping[str, Any]) -> str:
    """A term that a result leaves out, with its size beside what is kept.

    >>> size = {"mid": "0.0625", "rad": "1e-9"}
    >>> dropped_text({"name": "1/N", "size": size, "small": True, "at": {"N": "16"}})
    '1/N: 0.0625 at N=16'
    """
    where = " ".join(setting(*item) for item in term.get("at", {}).items())
    return f"{term['name']}: {_size(term['size'])}" + (f" at {where}" if where else "")


def _size(size: Mapping[str, str] | None) -> str:
    return "of unknown size" if size is None else f"{Decimal(size['mid']):.3g}"


def warnings(terms: Iterable[Mapping[str, Any]]) -> list[str]:
    """One for each term that is left out and not small."""
    return [
        f"not small, so a network of this size may be elsewhere: {dropped_text(term)}"
        for term in terms
        if not term["small"]
    ]


def critical_text(document: Mapping[str, Any], digits: int) -> str:
    """The document of ``critical`` as a table."""
    along = document["along"]
    lines = _head(document, f"{document['event']} along {along}")
    if document["value"] is None:
        lines.append("  none" if document["status"] == "absent" else "  not decided")
    for position, point in enumerate([document, *document["others"]]):
        if point["value"] is None:
            continue
        coordinates = point["at"] or {}
        rows = [
            [along, shown(point["value"], digits)],
            *([k, shown(v, digits)] for k, v in coordinates.items()),
        ]
        lines += ["also"] if position else []
        rows += [["class", point["class"]]] if "class" in point else []
        lines += columns(rows)
        if "transition" in point:
            numbers = point["transition"].items()
            lines.append(f"transition, by log({along})")
            lines += columns([[k.replace("_", " "), shown(v, digits)] for k, v in numbers])
        if "width" in point:
            lines.append(f"width along {along}")
            lines += columns([[row["by"], _size(row["size"])] for row in point["width"]])
    return "\n".join([*lines, *foot(document)])


def solve_text(document: Mapping[str, Any], digits: int) -> str:
    """The document of ``solve`` as a table."""
    lines = _head(document, f"phase {document['phase']}")
    if document["closure"]:
        lines += columns(
            [[name, shown(value, digits)] for name, value in _numbered(document["closure"])]
        )
    if document.get("real_mode"):
        own = document["real_mode"].items()
        lines += ["real mode P/2", *columns([[name, shown(value, digits)] for name, value in own])]
    lines += _curves_lines(document.get("curves"), digits)
    if document["saddles"]:
        lines += ["saddles", *_saddle_lines(document["saddles"], digits)]
    for part in document.get("blocks", ()):
        lines += _block_lines(part, digits)
    if document.get("order_reason"):
        lines.append(f"order       {document['order']}: {document['order_reason']}")
    return "\n".join([*lines, *foot(document)])


def _curves_lines(curves: Mapping[str, Any] | None, digits: int) -> list[str]:
    """Test loss and susceptibility by mode, and the log evidence."""
    if curves is None:
        return []
    rows = [["mode", "test loss", "susceptibility"]]
    rows += [
        [name, shown(of["loss"], digits), shown(of["susceptibility"], digits)]
        for name, of in curves["modes"].items()
    ]
    rows += [["all", shown(curves["test_loss"], digits), ""]]
    rows += [["target", shown(curves["target"], digits), ""]]
    lines = ["learned", *columns(rows)]
    if curves["log_evidence"]:
        lines.append(f"log evidence per neuron  {shown(curves['log_evidence'], digits)}")
    return lines


def _block_lines(part: Mapping[str, Any], digits: int) -> list[str]:
    """A part of the weights with a closure of its own: its words, its numbers, its saddles."""
    saddles = part["saddles"]
    held = {k: v for k, v in part.items() if isinstance(v, Mapping)}
    words = [f"{k} {v}" for k, v in part.items() if isinstance(v, str | int)]
    numbers = columns([[name, shown(value, digits)] for name, value in held.items()])
    if not saddles:
        return [", ".join(words), "  not decided"]
    return [", ".join(words), *numbers, *_saddle_lines(saddles, digits)]


def _saddle_lines(saddles: Sequence[Mapping[str, Any]], digits: int) -> list[str]:
    keys = [key for key in saddles[0] if not key.startswith(("kind", "mass"))]
    rows = [[*keys, "kind", "mass"]]
    for s in saddles:
        places = [str(s[k]) if isinstance(s[k], int) else shown(s[k], digits) for k in keys]
        rows.append([*places, s["kind"], shown_mass(s, digits)])
    return columns(rows)


def _numbered(closure: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, str]]]:
    """Every number of a closure; those of a series t are called t_0, t_1, ..."""
    for name, value in closure.items():
        if "mid" in value or "value" in value:
            yield name, value
        else:
            yield from ((f"{name}_{k}", inner) for k, inner in value.items())
