"""binodal reproduce: every model's section, written to a folder as it is finished."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter

from binodal.models.model import model, names
from binodal.output import replacing, write_text
from binodal.progress import Progress
from binodal.reports.section import Say, Section
from binodal.tables import columns
from binodal.version import VERSION

Reporter = Callable[[bool, Say], Section]


def reporters() -> Mapping[str, Reporter]:
    """The models that have a report."""
    found = {name: model(name).report for name in names()}
    return {name: reporter for name, reporter in found.items() if reporter is not None}


def reproduce(folder: Path, quick: bool, say: Say) -> tuple[list[str], bool]:
    """Write report.md, results.json and the figures.

    Returns the closing table's lines, and whether every number in the report was decided.
    """
    start = perf_counter()
    sections = {}
    for name, reporter in reporters().items():
        say(f"{name}")
        sections[name] = reporter(quick, say)
    _figures(folder, sections)
    documents = {name: section.data for name, section in sections.items()}
    write_text(
        folder / "results.json",
        json.dumps({"version": VERSION, "models": documents}, indent=1) + "\n",
    )
    write_text(folder / "report.md", _markdown(sections))
    closing = []
    for section in sections.values():
        closing += ["", section.title, *columns(section.table)]
    closing += ["", f"{folder}/report.md written in {perf_counter() - start:.0f} s"]
    return closing, all(_decided(section) for section in sections.values())


def _decided(section: Section) -> bool:
    """An absence that is proved is a decision here: the report asks for all events."""
    found = [*section.data.get("critical", []), *section.data.get("solve", [])]
    return all("undecided" not in (each["status"], each.get("phase")) for each in found)


def _figures(folder: Path, sections: Mapping[str, Section]) -> None:
    drawings = [item for section in sections.values() for item in section.figures.items()]
    with Progress("figures", len(drawings)) as progress:
        for name, draw in drawings:
            target = folder / f"{name}.svg"
            with replacing(target) as temporary:
                # The renderer goes by the suffix, which the temporary name does not have.
                named = temporary.with_suffix(".svg")
                draw(named)
                named.replace(temporary)
            progress.advance()


def _markdown(sections: Mapping[str, Section]) -> str:
    parts = [
        "# Report",
        f"Written by binodal {VERSION}. A *certified* number is a ball that is proved to hold the "
        "true value; a *converged* one has an error estimate; *absent* means proved not to exist. "
        "Every derivation's steps were checked while this was written.",
    ]
    for section in sections.values():
        parts += [f"# {section.title}", *section.body]
    return "\n\n".join(parts) + "\n"
