"""Random states of every kind, what Python knows of them, and where the page disagrees."""

from __future__ import annotations

import math
import shlex
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any
from urllib.parse import quote

import numpy as np

from binodal.api import critical, solve
from binodal.explorer.offered import explored, pairs
from binodal.models.families import chosen as full_name
from binodal.models.registry import fields_of, model

RELATIVE = 1e-12
DRAWN = 40_000
SLIDERS = {
    name: {key: (slider.start, slider.end) for key, slider in explorer.sliders.items()}
    for name, explorer in explored().items()
}
# The derived GMFL-II needs sizes and temperatures below the sliders' ends.
RANGES = {
    **SLIDERS,
    "modular": {**SLIDERS["modular"], "sigma2": ("1/1000000", "10"), "gamma": ("1/1000000", "100")},
    "group": {**SLIDERS["group"], "sigma2": ("1/10000000", "1"), "gamma": ("1/1000000", "100000")},
}
PLACE = {"teacher-student": "q", "modular": "x", "group": "x"}
KINDS = {"teacher-student": 6, "modular": 4, "group": 4}
PAIRS = pairs()
CHOICES = {name: explorer.choices() for name, explorer in explored().items()}


def settings(state: Mapping[str, Any]) -> dict[str, str]:
    """The settings of the member that a state has chosen, from its own words for a command."""
    if not state.get("choice"):
        return {}
    words = shlex.split(CHOICES[state["model"]][state["choice"]].words)
    return {key.removeprefix("--"): text for key, text in batched(words, 2)}


def address(state: Mapping[str, Any]) -> str:
    """What the page's address says of a state."""
    choice = {"choice": quote(state["choice"], safe="")} if state["choice"] else {}
    all_of_it = {"model": state["model"], "theory": state["theory"], **choice, **state["values"]}
    return "#" + "&".join(f"{name}={text}" for name, text in all_of_it.items())


def batched(words: list[str], size: int) -> Iterator[tuple[str, ...]]:
    """In groups of this size."""
    return zip(*(words[start::size] for start in range(size)), strict=True)


def _draw(rng: np.random.Generator, name: str, low: float, high: float, whole: bool) -> str:
    value = rng.uniform(low, high) if low < 0 else low * (high / low) ** rng.random()
    return str(round(value)) if whole else f"{value:.5g}"


def _candidates(model_name: str, seed: int) -> list[dict[str, str]]:
    rng = np.random.default_rng(seed)
    fields = fields_of(model_name)
    bounds = {k: [float(Fraction(text)) for text in ends] for k, ends in RANGES[model_name].items()}
    return [{k: _draw(rng, k, *bounds[k], fields[k].whole) for k in fields} for _ in range(DRAWN)]


def states(model_name: str, theory: str, count: int, seed: int) -> list[dict[str, Any]]:
    """``count`` states, the same number of each kind: phase, metastability, sign of epsilon.

    Of a family each kind is of a member of its own.
    """
    found, rng = _candidates(model_name, seed), np.random.default_rng(seed + 1)
    states: list[dict[str, Any]] = []
    for number in range(KINDS[model_name]):
        choice = str(rng.choice(list(CHOICES[model_name]))) if CHOICES[model_name] else ""
        bare = {"model": model_name, "theory": theory, "choice": choice}
        kinds = _by_kind(bare, found)
        assert len(kinds) == KINDS[model_name], (choice, kinds.keys())
        each = math.ceil(count / len(kinds))
        chosen = sorted(kinds.items())[number][1][:each]
        assert len(chosen) == each, (choice, number)
        states += [{**bare, "values": values} for values in chosen]
    return states


def _by_kind(
    state: Mapping[str, Any], found: list[dict[str, str]]
) -> Mapping[tuple[int, bool, bool], list[dict[str, str]]]:
    name, theory = full_name(state["model"], settings(state)), state["theory"]
    columns = {k: np.array([float(v[k]) for v in found]) for k in found[0]}
    grid = model(name).offer("grid", "thermodynamic")(columns, theory)
    kinds = defaultdict(list)
    for number, values in enumerate(found):
        born = not math.isnan(grid["barrier"][number])
        signed = float(values.get("epsilon", 1)) > 0
        kinds[int(grid["phase"][number]), born, signed].append(values)
    return kinds


def _number(ball: Mapping[str, str]) -> float:
    return float(ball["mid"] if "mid" in ball else ball["value"])


@cache
def _events_of(model_name: str) -> tuple[str, ...]:
    return tuple(e for e in model(model_name).events if e != "mass")


def disagreements(
    state: Mapping[str, Any], page: Mapping[str, Any], events: bool = True
) -> Iterator[str]:
    """Sentences about numbers of the page that are not the certified ones."""
    name, theory, values = state["model"], state["theory"], state["values"]
    values = {**settings(state), **values}
    truth = _solved(solve(name, theory=theory, digits=16, **values).document)
    assert truth["status"] == "certified", truth
    if page["phase"] != truth["phase"]:
        yield f"phase {page['phase']}, certified {truth['phase']}"
    for key, ball in truth["closure"].items():
        yield from _compared(key, page["state"][key], _number(ball))
    yield from _saddles(PLACE[name], page["saddles"], truth["saddles"])
    yield from _dropped(name, page["dropped"], truth["dropped"])
    for event in _events_of(name) if events else ():
        sure = critical(name, event, theory=theory, digits=16, **values).document
        yield from _event(event, page["events"][event], sure)


def _solved(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one block of a group as the page shows it: its first minimum with the share filled."""
    if "blocks" not in document:
        return document
    (block,) = document["blocks"]
    minima = [s for s in block["saddles"] if s["kind"] == "minimum" and s["rank"]]
    others = [s for s in block["saddles"] if s not in minima]
    under_frobenius = document["params"]["decay"] == "frobenius"
    parts = [s["rank"] / block["dimension"] if not under_frobenius else 1 for s in minima]
    filled = sum(part * s["mass"] for part, s in zip(parts, minima, strict=True))
    zero = [{**s, "mass": 1 - filled} if s["kind"] == "minimum" else s for s in others]
    first = [{**s, "mass": filled} for s in minima[:1]]
    return {
        **document,
        "saddles": [*zero, *first],
        "closure": {name: block[name] for name in ("a", "lambda")},
    }


def _compared(what: str, got: Any, expected: float, scale: float = 0.0) -> Iterator[str]:
    allowed = RELATIVE * max(abs(expected), scale)
    if not (isinstance(got, (int, float)) and abs(got - expected) <= allowed):
        yield f"{what}: {got!r}, certified {expected!r}"


def _dropped(name: str, page: Mapping[str, Any], truth: list[Any]) -> Iterator[str]:
    """Terms that a result leaves out, in order, to the six digits that a document has.

    What double precision cannot tell from zero the page does not list.
    """
    truth = [t for t in truth if t["size"] is None or abs(_number(t["size"])) > 1e-300]
    words = explored()[name].dropped
    if [words[key] for key in page] != [term["name"] for term in truth]:
        yield f"dropped {page}, certified {truth}"
        return
    for (key, size), term in zip(page.items(), truth, strict=True):
        sure = term["size"] and _number(term["size"])
        if (size is None) != (sure is None) or (
            size is not None and abs(size - sure) > 2e-6 * abs(sure)
        ):
            yield f"dropped {key}: {size}, certified {sure}"


def _saddles(key: str, page: list[Any], truth: list[Any]) -> Iterator[str]:
    sure = sorted((s for s in truth if _number(s[key]) >= 0), key=lambda s: _number(s[key]))
    if [s["kind"] for s in page] != [s["kind"] for s in sure]:
        yield f"saddles {page}, certified {sure}"
        return
    # At coexistence S vanishes by cancellation: its size is that of the landscape.
    scale = max(abs(_number(s["action"])) for s in sure)
    for got, expected in zip(page, sure, strict=True):
        yield from _compared(key, got["place"], _number(expected[key]))
        yield from _compared("action", got["action"], _number(expected["action"]), scale)
        if expected.get("mass") is not None:
            twins = 2 if key == "q" and got["place"] > 0 else 1
            yield from _compared("mass", got["mass"], twins * expected["mass"])
        elif expected["kind"] == "minimum" and got["mass"] is not None:
            yield f"mass {got['mass']}, which is not known"


def _event(event: str, got: Mapping[str, Any], sure: Mapping[str, Any]) -> Iterator[str]:
    expected = {"certified": "computed", "absent": "absent"}[sure["status"]]
    if got["status"] != expected:
        yield f"{event}: {got}, certified {sure['status']}"
    elif expected == "computed":
        yield from _compared(event, got["sigma2"], _number(sure["value"]))
        if len(got.get("others", [])) != len(sure.get("others") or []):
            yield f"{event}: others {got['others']}, certified {sure['others']}"
