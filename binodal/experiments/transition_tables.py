"""Tables of measures through a transition: when each moves, and what the law of one neuron says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import hypot
from typing import Any

from binodal.experiments.tables import number, with_error
from binodal.page.blocks import Table, literal
from binodal.page.tables import counted

Row = Mapping[str, Any]

ORDER = ("before", "at", "after", "cannot tell", "never", "no curve")
_WORDS = {"before": "before it", "at": "with it", "after": "after it", "never": "never"}


def answers(rows: Sequence[Row]) -> Iterator[str]:
    """A sentence for each model: how many measures move when, and how theory fares."""
    for model in dict.fromkeys(row["model"] for row in rows):
        own = [row for row in rows if row["model"] == model and row["verdict"] != "no curve"]
        against = own[0]["against"] if own else ""
        parts = [
            f"{len(names)} move {words}" + (f" ({', '.join(names)})" if verdict != "at" else "")
            for verdict, words in _WORDS.items()
            if (names := [row["measure"] for row in own if row["verdict"] == verdict])
        ]
        if rest := sum(row["verdict"] == "cannot tell" for row in own):
            parts.append(f"of {rest} one cannot tell")
        judged = [row["judged"] for row in own if "judged" in row]
        fares = ", ".join(
            f"{judged.count(word)} {word}" for word in ("AGREE", "DISAGREE", "INCONCLUSIVE")
        )
        beyond = [(row, row["beyond"]) for row in own if "beyond" in row]
        near = sum(
            abs(row["middle"] - far["predicted"]) < 2 * hypot(row["stderr"], far["error"])
            for row, far in beyond
        )
        yield (
            f"{model}: of {counted(len(own), 'measure')}, held against {against} as sigma^2 falls, "
            f"{', '.join(parts)}. The derived law says where "
            f"{len(judged)} of them are half-way: {fares}. With what is known in 1/N it is within "
            f"two errors of the networks in {near} of {len(beyond)}."
        )


def transition_tables(rows: Sequence[Row]) -> Iterator[Table]:
    """One table a model, by verdict and then by where a measure moves."""
    for model in dict.fromkeys(row["model"] for row in rows):
        own = [row for row in rows if row["model"] == model]
        own.sort(key=lambda row: (ORDER.index(row["verdict"]), -(row.get("ratio") or 0.0)))
        header = ["measure", "moves", "sigma^2 over that of the order parameter"]
        header += ["sigma^2 half-way", "predicted", "with orders in 1/N", "starts apart at"]
        yield Table(header, [_line(row) for row in own], f"{literal(model)}: {_CAPTION}")


_CAPTION = (
    "where each measure is half-way, over where the order parameter is, with the interval of the "
    "verdict; the same in units of sigma^2, as the derived law of infinitely many neurons predicts "
    "it, and with what is known in 1/N; and the sigma^2 at which networks from both starts differ"
)


def _line(row: Row) -> list[str]:
    why = row.get("why") or ""
    return [
        literal(row["measure"]),
        row["verdict"] + (f": {literal(why)}" if why else ""),
        ratio(row),
        with_error(row["middle"], row["stderr"]) if "middle" in row else "-",
        _predicted(row),
        with_error(far["predicted"], far["error"]) if (far := row.get("beyond")) else "-",
        ", ".join(number(noise, 3) for noise in row.get("apart", ())) or "-",
    ]


def ratio(row: Row) -> str:
    """A ratio with its interval, or a dash."""
    if row.get("ratio") is None:
        return "-"
    return f"{number(row['ratio'], 3)} ({number(row['low'], 3)} to {number(row['high'], 3)})"


def _predicted(row: Row) -> str:
    """The prediction with its verdict as every comparison has it."""
    if "predicted" not in row:
        return "-"
    told = f"{number(row['predicted'], 4)}, p = {number(row['p'], 2)}"
    verdict = f"**{row['judged']}**" if row["judged"] == "AGREE" else row["judged"]
    least = row.get("excludes")
    excluded = "" if least is None else f"excludes {100 * least:.2g} %, "
    return f"{told}, {excluded}{verdict}"
