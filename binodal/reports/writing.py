"""Chapters written in order, those that do not wait for each other side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from time import perf_counter

from binodal.page.blocks import figures_of
from binodal.page.drawing import svg_of
from binodal.page.html import blocks_html
from binodal.page.inline import plain_text
from binodal.page.markdown import blocks_markdown
from binodal.page.section import Request, Say
from binodal.progress import Progress
from binodal.reports.answers import request
from binodal.reports.chapters import Chapter
from binodal.reports.work import Finished, Work
from binodal.workers import in_workers


def write_chapters(
    work: Work, quick: bool, say: Say, chapters: Sequence[Chapter], workers: int = 1
) -> dict[str, Finished]:
    """All of them by name; each is kept in ``work`` as soon as it is finished."""
    left = expected_seconds(work, quick, chapters)
    say(f"about {_spoken(left)} on two cores; Ctrl-C keeps what is finished")
    with Progress("report", max(1, round(left))) as progress:
        desk = _Desk(work, quick, say, chapters, progress)
        while ready := desk.ready():
            missing = [chapter for chapter in ready if not desk.find(chapter)]
            together = [c for c in missing if not c.alone] if workers > 1 else []
            for chapter in missing if len(together) < 2 else [c for c in missing if c.alone]:
                desk.write(chapter)
            if len(together) > 1:
                desk.write_together(together, workers)
    return desk.done


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


@dataclass
class _Desk:
    """What is written and what is not; a chapter waits for those before it that it reads."""

    work: Work
    quick: bool
    say: Say
    chapters: Sequence[Chapter]
    progress: Progress
    done: dict[str, Finished] = field(default_factory=dict)

    def ready(self) -> list[Chapter]:
        """Chapters that are not written and wait for none."""
        waiting: list[Chapter] = []
        ready: list[Chapter] = []
        for chapter in self.chapters:
            if chapter.name not in self.done:
                if not any(chapter.reads(each.name) for each in waiting):
                    ready.append(chapter)
                waiting.append(chapter)
        return ready

    def find(self, chapter: Chapter) -> bool:
        """Whether it was finished before and is as it would be now."""
        finished = self.work.load(chapter, self._before(chapter))
        if finished is not None:
            self.say(f"{plain_text(chapter.title)}: finished before, kept")
            self.done[chapter.name] = finished
        return finished is not None

    def write(self, chapter: Chapter) -> None:
        """Here, telling what is done of it as it goes."""
        self.say(plain_text(chapter.title))
        advance = self._advancing(chapter)
        self._keep(chapter, _typeset(chapter, self._asked(chapter, self.say, advance)))
        advance(1.0)

    def write_together(self, chapters: Sequence[Chapter], workers: int) -> None:
        """Each by a process of its own, which tells what it has to say at its end."""
        silent = [self._asked(chapter, _nothing, _nothing) for chapter in chapters]
        pieces = partial(_written_apart, list(zip(chapters, silent, strict=True)))
        for number, (finished, lines) in in_workers(pieces, range(len(chapters)), workers):
            self.say("\n".join([plain_text(chapters[number].title), *lines]))
            self._keep(chapters[number], finished)
            self._advancing(chapters[number])(1.0)

    def _before(self, chapter: Chapter) -> dict[str, Finished]:
        """The finished chapters that it may read: those that stand before it."""
        names = [each.name for each in self.chapters]
        return {n: self.done[n] for n in names[: names.index(chapter.name)] if n in self.done}

    def _asked(self, chapter: Chapter, say: Say, advance: Callable[[float], None]) -> Request:
        before = self._before(chapter)
        earlier = {name: each.data for name, each in before.items() if chapter.reads(name)}
        return request(self.quick, say, folder=self.work.folder, earlier=earlier, advance=advance)

    def _keep(self, chapter: Chapter, finished: Finished) -> None:
        self.work.store(chapter, self._before(chapter), finished)
        self.done[chapter.name] = finished

    def _advancing(self, chapter: Chapter) -> Callable[[float], None]:
        """Tells the progress line the share of a chapter that is done."""
        start, title = self.progress.done, plain_text(chapter.title)

        def advance(share: float) -> None:
            reached = start + round(share * chapter.seconds[not self.quick])
            self.progress.advance(reached - self.progress.done, title)

        return advance


def _nothing(_: object) -> None:
    """Say and tell nothing: there is nobody to hear it."""


def _written_apart(
    requests: Sequence[tuple[Chapter, Request]], number: int
) -> tuple[Finished, list[str]]:
    """One of the chapters with the lines that it says."""
    chapter, silent = requests[number]
    lines: list[str] = []
    return _typeset(chapter, replace(silent, say=lines.append)), lines


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


def _spoken(seconds: float) -> str:
    """A duration in words.

    >>> _spoken(49), _spoken(200)
    ('49 s', '3 min')
    """
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
