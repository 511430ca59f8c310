"""The page's script: data and generated formulas first, then the hand-written files in order."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from binodal.explorer.content import models
from binodal.explorer.formulas import module
from binodal.explorer.networks import networks
from binodal.explorer.offered import explored
from binodal.explorer.once import once
from binodal.models.explorer import Explorer
from binodal.numerics.dropped import LARGEST

SOLVER = ("roots.js", "newton.js", "exact.js")
DOOR = "solve.js"
PAGE = (
    "marks.js",
    "landscape.js",
    "map.js",
    "branches.js",
    "copies.js",
    "controls.js",
    "results.js",
    "page.js",
)
_IMPORT = re.compile(r"^import (?:\{[^}]*\}) from \"[./\w]+\.js\";\n", re.MULTILINE)
_COMMENT = re.compile(r"^ *//.*\n|^ +", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|let|class)", re.MULTILINE)


def resource(name: str, package: str = "binodal.explorer") -> str:
    """The text of a file of this folder, or of a model's."""
    return (files(package) / name).read_text("utf-8")


def _inlined(text: str) -> str:
    """A module's code for one shared scope: names are unique over all files of this folder."""
    return _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", text))).strip("\n")


def _own(explorer: Explorer) -> str:
    return "\n\n".join(_inlined(resource(name, explorer.package)) for name in explorer.scripts)


def _solvers() -> str:
    """The models' own files, each in a scope of its own, by the model's name."""
    entries = [
        f'  "{name}": (() => {{\nconst OWN = INDEX["{name}"];\n'
        f"{_own(explorer)}\n"
        "return { solve, kept, neurons, events, dropped, map, landscape, reach };\n})(),\n"
        for name, explorer in explored().items()
    ]
    return f"const SOLVERS = {{\n{''.join(entries)}}};"


@cache
def solver() -> str:
    """Everything that computes, without the page: it runs in node as well."""
    return once("solver", _solver)


def _solver() -> str:
    tables: dict[str, object] = {
        "LARGEST_DROPPED": float(LARGEST),
        "MODELS": models(),
        "NETWORKS": networks(),
        "INDEX": {
            name: {
                str(symbol): k for k, symbol in enumerate((*explorer.parameters, *explorer.fixed))
            }
            for name, explorer in explored().items()
        },
    }
    short = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
    data = [f"const {k} = {short.encode(v)};" for k, v in tables.items()]
    own = [_inlined(resource(name)) for name in SOLVER]
    return (
        "\n\n".join([*data, _inlined(module()), *own, _solvers(), _inlined(resource(DOOR))]) + "\n"
    )


@cache
def script() -> str:
    """The whole script of the page."""
    return "\n\n".join([solver(), *(_inlined(resource(name)) for name in PAGE)])
