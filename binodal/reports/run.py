"""binodal reproduce: chapter by chapter, each kept as it is finished, then one page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from textwrap import fill
from time import perf_counter
from typing import Any

from binodal.errors import Stopped
from binodal.page.blocks import figures_of
from binodal.page.drawing import svg_of
from binodal.page.html import blocks_html
from binodal.page.inline import inline_markdown, plain_text
from binodal.page.markdown import FIGURES, blocks_markdown
from binodal.page.output import require_folder, write_text
from binodal.page.section import Request, Say
from binodal.progress import Progress
from binodal.reports.answers import request
from binodal.reports.chapters import TITLE, Chapter, foot, lead
from binodal.reports.chapters import chapters as all_chapters
from binodal.reports.page import page
from binodal.reports.provenance import provenance
from binodal.reports.work import Finished, Work
from binodal.version import VERSION

_WIDTH = 150
PAGE, TEXT, RESULTS = "report.html", "report.md", "results.json"


def reproduce(output: Path | str = "report", *, quick: bool = False, say: Say = print) -> bool:
    """Write the report, one self-contained page with its numbers and figures, to ``output``.

    True if every number in it was decided. An interrupted report goes on where it stopped.
    """
    lines, decided = write_report(Path(output), quick, say)
    say("\n".join(lines))
    return decided


def write_report(
    folder: Path, quick: bool, say: Say, chapters: Sequence[Chapter] | None = None
) -> tuple[list[str], bool]:
    """Write report.html, report.md, results.json and the figures.

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
        done = _written(work, quick, say, chapters)
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


def expected_seconds(work: Work, quick: bool, chapters: Sequence[Chapter]) -> float:
    """How long the chapters took on two cores that are not kept, or read from one that is not."""
    kept: dict[str, Finished] = {}
    left, missing = 0.0, set[str]()
    for chapter in chapters:
        finished = None if any(map(chapter.reads, missing)) else work.load(chapter, kept)
        if finished is None:
            left += chapter.seconds[not quick]
            missing.add(chapter.name)
        else:
            kept[chapter.name] = finished
    return left


def _written(work: Work, quick: bool, say: Say, chapters: Sequence[Chapter]) -> dict[str, Finished]:
    done: dict[str, Finished] = {}
    left = expected_seconds(work, quick, chapters)
    say(f"about {_spoken(left)} on two cores; Ctrl-C keeps what is finished")
    with Progress("report", max(1, round(left))) as progress:
        for chapter in chapters:
            finished = work.load(chapter, done)
            if finished is None:
                say(plain_text(chapter.title))
                earlier = {name: each.data for name, each in done.items() if chapter.reads(name)}
                advance = _advancing(progress, chapter, quick)
                given = request(quick, say, folder=work.folder, earlier=earlier, advance=advance)
                finished = _typeset(chapter, given)
                work.store(chapter, done, finished)
                advance(1.0)
            else:
                say(f"{plain_text(chapter.title)}: finished before, kept")
            done[chapter.name] = finished
    return done


def _advancing(progress: Progress, chapter: Chapter, quick: bool) -> Callable[[float], None]:
    """Tells the progress line the share of a chapter that is done."""
    start, title = progress.done, plain_text(chapter.title)

    def advance(share: float) -> None:
        reached = start + round(share * chapter.seconds[not quick])
        progress.advance(reached - progress.done, title)

    return advance


def _spoken(seconds: float) -> str:
    """A duration in words.

    >>> _spoken(49), _spoken(200)
    ('49 s', '3 min')
    """
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _typeset(chapter: Chapter, given: Request) -> Finished:
    start = perf_counter()
    section = chapter.write(given)
    drawings = {figure.name: svg_of(figure.draw) for figure in figures_of(section.blocks)}
    return Finished(
        html=blocks_html(section.blocks, drawings, level=3),
        markdown=blocks_markdown(section.blocks, level=3),
        drawings=drawings,
        closing=[plain_text(text) for text in section.closing],
        data=section.data,
        decided=section.decided,
        seconds=perf_counter() - start,
    )


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
