"""The page's script: data and generated formulas first, then the hand-written files in order."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from binodal.explorer.content import models
from binodal.explorer.formulas import PARAMETERS, module

SOLVER = ("roots.js", "exact.js", "teacher_student.js", "modular.js", "solve.js")
PAGE = ("marks.js", "landscape.js", "map.js", "copies.js", "controls.js", "results.js", "page.js")
_IMPORT = re.compile(r"^import (?:\{[^}]*\}) from \"\./\w+\.js\";\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|let|class)", re.MULTILINE)


def resource(name: str) -> str:
    """The text of a file of this folder."""
    return (files("binodal.explorer") / name).read_text("utf-8")


def _inlined(text: str) -> str:
    """A module's text for one shared scope: names are unique over all files."""
    return _EXPORT.sub("", _IMPORT.sub("", text)).strip("\n")


@cache
def solver() -> str:
    """Everything that computes, without the page: it runs in node as well."""
    tables = {
        "MODELS": models(),
        "INDEX": {name: {str(s): k for k, s in enumerate(p)} for name, p in PARAMETERS.items()},
    }
    data = [f"const {k} = {json.dumps(v, ensure_ascii=False)};" for k, v in tables.items()]
    parts = [*data, _inlined(module()), *(_inlined(resource(name)) for name in SOLVER)]
    return "\n\n".join(parts) + "\n"


@cache
def script() -> str:
    """The whole script of the page."""
    return "\n\n".join([solver(), *(_inlined(resource(name)) for name in PAGE)])
