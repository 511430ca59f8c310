"""Derivations as text, LaTeX, Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Step
from binodal.derive.symbols import latex

FORMATS = ("text", "latex", "markdown", "json")


def _plain(expression: sp.Basic) -> str:
    return str(expression)


def _as_json(derivation: Derivation, steps: bool) -> str:
    def entry(step: Step) -> dict[str, object]:
        return {
            "name": step.name,
            "rule": step.rule,
            "before": _plain(step.before),
            "after": _plain(step.after),
            "latex": latex(step.after),
            "assumptions": [a.value for a in step.assumptions],
            "source": step.source,
            "check": {"route": step.check.route, "passed": True},
        }

    document: dict[str, object] = {
        "title": derivation.title,
        "assumptions": [a.value for a in derivation.assumptions],
        "results": {
            name: {"expression": _plain(e), "latex": latex(e)}
            for name, e in derivation.results.items()
        },
    }
    if steps:
        document["steps"] = [entry(step) for step in derivation.steps]
    return json.dumps(document, indent=2)


def _as_text(derivation: Derivation, steps: bool) -> str:
    lines = [derivation.title, "=" * len(derivation.title), ""]
    for number, step in enumerate(derivation.steps if steps else (), 1):
        lines += [
            f"{number}. {step.name}  [{step.source}]",
            f"   rule    {step.rule}",
            f"   before  {_plain(step.before)}",
            f"   after   {_plain(step.after)}",
            f"   check   passed: {step.check.route}",
            *(f"   assumes {a.value}" for a in step.assumptions),
            "",
        ]
    lines += ["Results"]
    lines += [f"  {name} = {_plain(e)}" for name, e in derivation.results.items()]
    lines += ["Assumptions"] + [f"  {a.value}" for a in derivation.assumptions]
    return "\n".join(lines)


def _as_markdown(derivation: Derivation, steps: bool) -> str:
    lines = [f"# {derivation.title}", ""]
    for number, step in enumerate(derivation.steps if steps else (), 1):
        lines += [
            f"## {number}. {step.name}",
            "",
            f"*Rule.* {step.rule} (*source*: {step.source})",
            "",
            f"$$ {latex(step.before)} $$",
            "",
            f"$$ \\Longrightarrow\\quad {latex(step.after)} $$",
            "",
            f"*Check (passed).* {step.check.route}",
            "",
            *(f"*Assumes.* {a.value}\n" for a in step.assumptions),
        ]
    lines += ["## Results", ""]
    for name, expression in derivation.results.items():
        lines += [f"**{name}**", "", f"$$ {latex(expression)} $$", ""]
    lines += ["## Assumptions", ""] + [f"- {a.value}" for a in derivation.assumptions]
    return "\n".join(lines)


_HEAD = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{amsmath,amssymb}
\begin{document}"""

_ESCAPES = str.maketrans(
    {sign: f"\\{sign}" for sign in "{}$&#%_"}
    | {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
)
"""Signs that mean something else in LaTeX's text."""


def _as_latex(derivation: Derivation, steps: bool) -> str:
    """A whole document, so that it compiles as it is."""
    lines = [_HEAD, f"\\section*{{{_tex(derivation.title)}}}"]
    for step in derivation.steps if steps else ():
        sentence = f"{step.rule} (source: {step.source}; check passed: {step.check.route})"
        lines += [
            f"\\paragraph{{{_tex(step.name)}}} {_tex(sentence)}",
            f"\\[ {latex(step.before)} \\;\\Longrightarrow\\; {latex(step.after)} \\]",
        ]
    for name, expression in derivation.results.items():
        lines += [f"\\paragraph{{{_tex(name)}}}", f"\\[ {latex(expression)} \\]"]
    if derivation.assumptions:
        items = [f"\\item {_tex(a.value)}" for a in derivation.assumptions]
        lines += [r"\paragraph{Assumptions}", r"\begin{itemize}", *items, r"\end{itemize}"]
    return "\n".join([*lines, r"\end{document}"])


def _tex(text: str) -> str:
    return text.translate(_ESCAPES)


_RENDERERS: dict[str, Callable[[Derivation, bool], str]] = {
    "text": _as_text,
    "latex": _as_latex,
    "markdown": _as_markdown,
    "json": _as_json,
}


def render(derivation: Derivation, form: str = "text", steps: bool = False) -> str:
    """Print a derivation; its checks are run first, so "passed" is never a claim.

    ``form`` is one of :data:`FORMATS`. Raises :class:`binodal.derive.errors.StepFailed`
    when a check fails and :class:`ValueError` for an unknown form.
    """
    if form not in _RENDERERS:
        raise ValueError(f"format {form!r} is not one of {', '.join(FORMATS)}")
    derivation.verify()
    return _RENDERERS[form](derivation, steps)
