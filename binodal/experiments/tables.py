"""Tables of an experiment: verdicts on theories, controls, sources of gaps, fits and runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import floor, log10
from typing import Any

from binodal.comparison.text import percent
from binodal.experiments.figures import LINES
from binodal.experiments.rows import (
    UNNAMED,
    Row,
    is_control,
    label_of,
    main_theory,
    theory_of,
    varied_names,
)
from binodal.experiments.titles import LADDERS, case_title
from binodal.page.blocks import Table, literal
from binodal.page.measured import as_float
from binodal.page.names import observable

VERDICTS = ("AGREE", "DISAGREE", "INCONCLUSIVE")
_MOST_PLACES = 9
_OF_CHAINS = (("ESS", "ess", 3), (r"$\hat R$", "rhat", 4))
"""Columns that stand where some row has them: head, key and digits."""
_MANY = 20
"""Beyond so many pairs of a case and a control their table has a line a control."""


def verdict_lines(rows: Sequence[Row], theories: Sequence[str]) -> Iterator[tuple[Row, list[str]]]:
    """For each measurement its first row, and a line: label, number, a cell for each theory."""
    varied = varied_names(rows)
    by_label: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_label.setdefault(label_of(row, varied), {}).setdefault(main_theory(row), row)
    for label, own in by_label.items():
        first = next(iter(own.values()))
        stated = with_error(first.get("measured"), first.get("stderr"))
        yield first, [label, stated, *(_cell(own.get(theory)) for theory in theories)]


def _cell(row: Row | None) -> str:
    """The prediction, its p-value, what the row excludes, and the verdict; a dash without one."""
    if row is None or as_float(row.get("predicted")) is None:
        return "-"
    verdict = str(row.get("verdict") or "-")
    told = [number(row.get("predicted"), 5)]
    told += [f"p = {number(row['p'], 2)}"] if as_float(row.get("p")) is not None else []
    told += [f"excludes {share(row['excludes'])}"] if row.get("excludes") is not None else []
    return ", ".join([*told, f"**{verdict}**" if verdict == VERDICTS[0] else literal(verdict)])


def verdicts(rows: Sequence[Row], caption: str) -> Table:
    """Every measurement beside each theory in its main form at the networks' own size."""
    own = [row for row in rows if main_theory(row) in (UNNAMED, *LINES)]
    theories = [name for name in LINES if name in {main_theory(row) for row in own}]
    told = [*verdict_lines(own, theories)]
    of_chains = [of for of in _OF_CHAINS if any(row.get(of[1]) is not None for row, _ in told)]
    header = ["observable", "networks", *map(literal, theories), *(head for head, *_ in of_chains)]
    lines = [
        [*line, *(number(row.get(key), digits) for _, key, digits in of_chains)]
        for row, line in told
    ]
    left = len(rows) - len(own)
    more = f" {left} rows, of other limits or with more modes, are in the JSON file alone."
    return Table(header, lines, caption + (more if left else ""))


def counts(rows: Sequence[Row]) -> list[list[str]]:
    """How many verdicts of each kind there are on each theory, and the smallest p."""
    lines = []
    for theory in dict.fromkeys(theory_of(row) for row in rows):
        own = [row for row in rows if theory_of(row) == theory]
        numbers = Counter(str(row.get("verdict")) for row in own)
        chances = [p for row in own if (p := as_float(row.get("p"))) is not None]
        least = f"{min(chances):.2g}" if chances else "-"
        lines.append([theory, *(str(numbers[v]) for v in VERDICTS), least])
    return lines


def controls(
    entries: Sequence[Mapping[str, Any]], rows: Sequence[Row], titles: Mapping[str, str]
) -> list[Table]:
    """How many rows rejected each theory that is wrong on purpose; no table if there are none.

    They are the ``entries`` of a summary, or stand among the rows.
    """
    keys = ("control", "rejected", "rows")
    lines = [
        [_title(each.get("case"), titles), *(literal(each.get(key, "-")) for key in keys)]
        for each in entries
    ]
    wrong = [row for row in rows if is_control(row)]
    for theory, _, rejected, *_ in counts(wrong):
        total = sum(row["theory"] == theory for row in wrong)
        lines.append(["-", literal(theory), rejected, str(total)])
    fallen = sum(line[2] != "0" for line in lines)
    many = len(lines) > _MANY and all(line[k].isdigit() for line in lines for k in (2, 3))
    caption = (
        f"Wrong theories: {fallen} of {len(lines)} (case, control) pairs are rejected by at least "
        "one row"
    )
    header = ["rejected in" if many else "case", "control", "rejected", "of rows"]
    return [Table(header, _by_control(lines) if many else lines, caption)] if lines else []


def _by_control(lines: Sequence[Sequence[str]]) -> list[list[str]]:
    """A line for each control, of how many cases it is rejected in and by how many rows."""
    cases: dict[str, list[Sequence[str]]] = {}
    for line in lines:
        cases.setdefault(line[1], []).append(line)
    return [
        [
            f"{sum(line[2] != '0' for line in own)} of {len(own)} cases",
            control,
            *(str(sum(int(line[k]) for line in own)) for k in (2, 3)),
        ]
        for control, own in cases.items()
    ]


def sources(entries: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> list[Table]:
    """How much of networks - theory each approximation explains, removed alone."""
    by_place: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for entry in entries:
        place = entry["case"], entry["observable"]
        by_place.setdefault(place, {})[entry["source"]] = entry
    tables = []
    for parts in dict.fromkeys(tuple(own) for own in by_place.values()):
        lines = []
        for (of, name), own in by_place.items():
            if tuple(own) == parts:
                first = next(iter(own.values()))
                gap = f"{first['gap']:+.3g} ({literal(first['base'])})"
                effects = (with_error(own[p]["effect"], own[p]["stderr"], 2) for p in parts)
                lines.append([_title(of, titles), observable(name), gap, *effects])
        caption = f"Where the gap comes from: networks − theory = {literal(' + '.join(parts))}"
        header = ["case", "observable", "networks − theory", *map(literal, parts)]
        tables.append(Table(header, lines, caption))
    return tables


def fits(entries: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> list[Table]:
    """How the gap between networks and theory closes with a size, where a law was fitted."""
    lines = [
        [
            f"{_grows(each)}, along ${each.get('along', '-')}$",
            observable(str(each.get("observable", "-"))),
            literal(main_theory(each)),
            _ends(each.get("gaps") or ()),
            _law(each, titles),
            _quality(each),
        ]
        for each in entries
    ]
    header = ["what grows", "observable", "theory", "gap at the ends", "exponent"]
    caption = "How the gap closes: the power of the size that |measured − predicted| follows"
    header.append(r"$\chi^2$ / freedom ($p$)")
    return [Table(header, lines, caption)] if lines else []


def _title(case: Any, titles: Mapping[str, str]) -> str:
    return titles.get(case) or case_title(str(case or "-"))


def _grows(fit: Mapping[str, Any]) -> str:
    ladder = str(fit.get("ladder", "-"))
    return LADDERS.get(ladder, literal(ladder))


def _ends(gaps: Sequence[Mapping[str, Any]]) -> str:
    ends = (gaps[0], gaps[-1]) if gaps else ()
    return " to ".join(with_error(each["gap"], each["stderr"]) for each in ends) or "-"


def _law(fit: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    law, left = fit.get("law"), fit.get("left_out")
    words = f"none: {literal(fit.get('why') or 'no power law resolved')}"
    if isinstance(law, Mapping):
        words = with_error(law.get("exponent"), law.get("stderr"))
    return words + (
        f" (without {'; '.join(_title(name, titles) for name in left)}: not settled)"
        if left
        else ""
    )


def _quality(fit: Mapping[str, Any]) -> str:
    chance = f" ({number(fit['p'], 2)})" if as_float(fit.get("p")) is not None else ""
    return f"{number(fit.get('chi2'), 3)} / {fit.get('freedom', '-')}{chance}"


def runs(entries: Mapping[str, Mapping[str, Any]]) -> Table:
    """How the networks of each case were sampled."""
    header = ["run", "networks", "sampler", "burn-in + draws × thin", "seed", "request"]
    lines = []
    for name, run in entries.items():
        told = {key: literal(run.get(key, "-")) for key in _OF_RUN}
        networks = f"{told['networks']} ({told['starts']})"
        length = f"{told['burn_in']} + {told['draws']} × {told['thin']}"
        lines.append([f"`{name}`", networks, told["sampler"], length, told["seed"], told["digest"]])
    return Table(header, lines, "The runs")


_OF_RUN = ("networks", "starts", "sampler", "burn_in", "draws", "thin", "seed", "digest")


def number(value: Any, digits: int) -> str:
    """A number to some digits, or a dash.

    >>> number(-1441.7, 3), number("1/3", 3), number(None, 3)
    ('-1442', '0.333', '-')
    """
    rounded = as_float(value)
    if rounded is None:
        return "-"
    return f"{rounded:.0f}" if 10**digits <= abs(rounded) < 1e7 else f"{rounded:.{digits}g}"


def with_error(value: Any, error: Any, digits: int = 5) -> str:
    """A measured number with its standard error, both to the error's second digit.

    Without an error it has so many ``digits``.

    >>> with_error(0.243124, 0.01134), with_error(39.2, 0), with_error(0.0015387, 1.2e-6)
    ('0.243 ± 0.011', '39.2', '0.0015387 ± 0.0000012')
    """
    mean, spread = as_float(value), as_float(error)
    if mean is None or not spread:
        return number(value, digits)
    places = 1 - floor(log10(abs(spread)))
    if not 0 <= places <= _MOST_PLACES:
        return f"{number(value, digits)} ± {spread:.1g}"
    return f"{mean:.{places}f} ± {spread:.{places}f}"


def share(value: Any) -> str:
    """A share in per cent, or a dash.

    >>> share(0.0312), share(None)
    ('3.1 %', '-')
    """
    fraction = as_float(value)
    return "-" if fraction is None else percent(fraction)
