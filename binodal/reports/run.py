"""binodal reproduce: chapter by chapter, each kept as it is finished, then one page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from textwrap import fill
from time import perf_counter
from typing import Any

from binodal.errors import Stopped
from binodal.page.inline import inline_markdown
from binodal.page.markdown import FIGURES
from binodal.page.output import require_folder, write_text
from binodal.page.section import Say
from binodal.reports.chapters import TITLE, Chapter, foot, lead
from binodal.reports.chapters import chapters as all_chapters
from binodal.reports.page import page
from binodal.reports.provenance import provenance
from binodal.reports.work import Finished, Work
from binodal.reports.writing import write_chapters
from binodal.version import VERSION
from binodal.workers import cores

_WIDTH = 150
PAGE, TEXT, RESULTS = "report.html", "report.md", "results.json"


def reproduce(output: Path | str = "report", *, quick: bool = False, say: Say = print) -> bool:
    """Write the report, one self-contained page with its numbers and figures, to ``output``.

    True if every number in it was decided. An interrupted report goes on where it stopped.
    """
    workers = cores() if find_spec("loky") else 1
    lines, decided = write_report(Path(output), quick, say, workers=workers)
    say("\n".join(lines))
    return decided


def write_report(
    folder: Path,
    quick: bool,
    say: Say,
    chapters: Sequence[Chapter] | None = None,
    *,
    workers: int = 1,
) -> tuple[list[str], bool]:
    """Write report.html, report.md, results.json and the figures.

    Chapters that do not wait for each other are written by ``workers`` processes.

    Returns the closing lines, which say what was found and where to look, and whether every number
    in the report was decided. Raises :class:`binodal.errors.RequestError`, before anything is
    computed, where they cannot be written.
    """
    start = perf_counter()
    chapters = all_chapters() if chapters is None else chapters
    require_folder(folder, PAGE, TEXT, RESULTS)
    if (folder / FIGURES).exists():
        require_folder(folder / FIGURES)
    work = Work(folder, quick)
    try:
        done = write_chapters(work, quick, say, chapters, workers)
    except KeyboardInterrupt:
        raise Stopped(
            f"interrupted; finished chapters are kept in {work.folder}, and the same command "
            "goes on from there"
        ) from None
    ordered = {chapter: done[chapter.name] for chapter in sorted(chapters, key=lambda c: c.place)}
    kept = sum(finished.seconds for finished in done.values())
    _write(folder, ordered, provenance(quick, kept))
    closing = [line for finished in ordered.values() for line in finished.closing]
    closing = [
        "",
        *(f"- {fill(line, _WIDTH, subsequent_indent='  ')}" for line in closing),
        f"{folder}/{PAGE} written in {perf_counter() - start:.0f} s: open it in a browser.",
        f"The same is in {folder}/{TEXT}, every number in {folder}/{RESULTS}.",
    ]
    return closing, all(finished.decided for finished in done.values())


def _write(folder: Path, ordered: Mapping[Chapter, Finished], made: Mapping[str, Any]) -> None:
    figures = {name: svg for f in ordered.values() for name, svg in f.drawings.items()}
    (folder / FIGURES).mkdir(exist_ok=True)
    for name, svg in figures.items():
        write_text(folder / FIGURES / f"{name}.svg", svg)
    documents = {chapter.name: f.data for chapter, f in ordered.items() if f.data}
    results = {"version": VERSION, "provenance": made, "chapters": documents}
    write_text(folder / RESULTS, json.dumps(results, indent=1) + "\n")
    parts = [f"# {TITLE}", inline_markdown(lead())]
    parts += [f"## {inline_markdown(c.title)}\n\n{f.markdown}" for c, f in ordered.items()]
    write_text(folder / TEXT, "\n\n".join([*parts, inline_markdown(foot(made))]) + "\n")
    whole = [(chapter.anchor, chapter.title, f.html) for chapter, f in ordered.items()]
    write_text(folder / PAGE, page(TITLE, lead(), whole, foot(made)))
