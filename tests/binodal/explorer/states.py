"""Random states of every kind, what Python knows of them, and where the page disagrees."""

from __future__ import annotations

import math
import re
import shlex
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any
from urllib.parse import quote

import numpy as np

from binodal.api import critical, solve
from binodal.errors import RequestError
from binodal.explorer.offered import explored, pairs
from binodal.models.explorer import Choice
from binodal.models.families import chosen as full_name
from binodal.models.registry import fields_of, model
from binodal.numerics.dropped import MODES
from binodal.numerics.phases.rule import PHASES

RELATIVE = 1e-12
DRAWN = 40_000
TRIED = {"single-index": 400}
TEACHERS = ("-0.3", "0", "0", "0", "0.4", "1")
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
PLACE = {"teacher-student": "q", "modular": "x", "group": "x", "single-index": "m"}
KINDS = {"teacher-student": 6, "modular": 4, "group": 4, "single-index": 3}
SILENT = {"single-index"}
"""Pages that do not list what the theory leaves out."""
BORN = {"single-index": "m"}
PAIRS = pairs()
OWN = {name: explorer.coefficients for name, explorer in explored().items()}


@cache
def choices(model_name: str) -> dict[str, Choice]:
    """The members of a family that the page can show, derived where a test asks for them."""
    every = explored()[model_name].choices()
    return {key: choice for key, choice in every.items() if not choice.refused}


def settings(state: Mapping[str, Any]) -> dict[str, str]:
    """The settings of the member that a state has chosen, from its own words for a command."""
    if not state.get("choice"):
        return {}
    inside = re.sub(r"@(\w+)@", lambda at: state["values"][at[1]], explored()[state["model"]].words)
    words = shlex.split(f"{choices(state['model'])[state['choice']].words} {inside}")
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


@cache
def _candidates(model_name: str, seed: int) -> list[dict[str, str]]:
    rng = np.random.default_rng(seed)
    fields = fields_of(model_name)
    bounds = {k: [float(Fraction(text)) for text in ends] for k, ends in RANGES[model_name].items()}
    count = TRIED.get(model_name, DRAWN)
    return [{k: _draw(rng, k, *bounds[k], fields[k].whole) for k in fields} for _ in range(count)]


def states(model_name: str, theory: str, count: int, seed: int) -> list[dict[str, Any]]:
    """``count`` states, the same number of each kind: phase, metastability, sign of epsilon.

    Of a family each kind is of a member of its own.
    """
    rng = np.random.default_rng(seed + 1)
    states: list[dict[str, Any]] = []
    each = math.ceil(count / KINDS[model_name])
    for number in range(KINDS[model_name]):
        bare, kinds = _member(model_name, theory, seed, rng)
        while OWN[model_name] and len(sorted(kinds.values(), key=len)[0]) < each:
            bare, kinds = _member(model_name, theory, seed, rng)
        assert len(kinds) == KINDS[model_name], (bare, kinds.keys())
        chosen = sorted(kinds.items())[number][1][:each]
        assert len(chosen) == each, (bare, number)
        states += [{**bare, "values": {**values, **bare["values"]}} for values in chosen]
    return states


def _member(
    model_name: str, theory: str, seed: int, rng: np.random.Generator
) -> tuple[dict[str, Any], Mapping[tuple[int, bool, bool], list[dict[str, str]]]]:
    """A member of a family, with its states by kind; none where it has not every kind."""
    offered = choices(model_name)
    choice = str(rng.choice(list(offered))) if offered else ""
    own = {name: str(rng.choice(TEACHERS)) for name in OWN[model_name]}
    bare = {"model": model_name, "theory": theory, "choice": choice, "values": own}
    try:
        kinds = _by_kind(model_name, theory, choice, tuple(own.items()), seed)
    except RequestError:  # a teacher of which this activation learns nothing
        kinds = {}
    return bare, kinds if not own or len(kinds) == KINDS[model_name] else {(0, False, False): []}


@cache
def _by_kind(
    model_name: str, theory: str, choice: str, own: tuple[tuple[str, str], ...], seed: int
) -> Mapping[tuple[int, bool, bool], list[dict[str, str]]]:
    state = {"model": model_name, "choice": choice, "values": dict(own)}
    found = _candidates(model_name, seed)
    name = full_name(model_name, settings(state))
    columns = {k: np.array([float(v[k]) for v in found]) for k in found[0]}
    grid = model(name).offer("grid", "thermodynamic")(columns, theory)
    kinds = defaultdict(list)
    for number, values in enumerate(found):
        born = not math.isnan(grid[BORN.get(model_name, "barrier")][number])
        signed = float(values.get("epsilon", 1)) > 0
        if PHASES[int(grid["phase"][number])] == "undecided":
            continue
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
    numbers = {key: text for key, text in values.items() if key not in OWN[name]}
    values = {**settings(state), **numbers}
    truth = _solved(solve(name, theory=theory, digits=16, **values).document)
    assert truth["status"] == "certified", truth
    if page["phase"] != truth["phase"]:
        yield f"phase {page['phase']}, certified {truth['phase']}"
    for key, ball in _modes(truth["closure"]):
        yield from _compared(key, page["state"].get(key, 0), _number(ball))
    yield from _saddles(PLACE[name], page["saddles"], truth["saddles"])
    yield from _dropped(name, page["dropped"], truth["dropped"])
    for event in _events_of(name) if events else ():
        sure = critical(name, event, theory=theory, digits=16, **values).document
        yield from _event(event, page["events"][event], sure)


def _modes(closure: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each unknown with its ball; those that have an index one by one."""
    for key, ball in closure.items():
        if "mid" in ball or "value" in ball:
            yield key, ball
        else:
            yield from ((f"{key}_{index}", each) for index, each in ball.items())


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

    What double precision cannot tell from zero the page does not list, nor what needs the law of a
    neuron at finite size.
    """
    truth = [t for t in truth if t["size"] is None or abs(_number(t["size"])) > 1e-300]
    truth = [t for t in truth if t["name"] != MODES]
    words = explored()[name].dropped
    assert bool(words) == (name not in SILENT)
    if not words:
        truth = []
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
    shown = [s for s in truth if key == "m" or _number(s[key]) >= 0]
    sure = sorted(shown, key=lambda s: _number(s[key]))
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
    if sure["status"] == "undecided":
        return
    expected = {"certified": "computed", "absent": "absent"}[sure["status"]]
    if got["status"] != expected:
        yield f"{event}: {got}, certified {sure['status']}"
    elif expected == "computed":
        yield from _compared(event, got["sigma2"], _number(sure["value"]))
        if len(got.get("others", [])) != len(sure.get("others") or []):
            yield f"{event}: others {got['others']}, certified {sure['others']}"
