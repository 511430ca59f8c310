"""Chapters are kept, resumed, and stopped by a wrong step; files are whole or absent."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest
import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.errors import StepFailed
from binodal.derive.step import Check, Step
from binodal.errors import Stopped
from binodal.models.teacher_student.derivations.action import actions
from binodal.models.teacher_student.derivations.overlap_law import overlap_law
from binodal.page.blocks import Figure, Paragraph
from binodal.page.derivations import derivations
from binodal.page.section import Request, Section
from binodal.reports import work
from binodal.reports.chapters import Chapter
from binodal.reports.run import write_report
from binodal.reports.work import FOLDER, Finished, Work
from binodal.reports.writing import expected_seconds
from tests.laws import cases
from tests.numerics.test_sources import forget, studied

__all__ = ["studied"]


def draw(path):
    path.write_text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')


class Pen:
    """Writes a chapter and remembers how often it was asked."""

    def __init__(self, name, stop=False):
        self.name, self.stop, self.asked = name, stop, 0

    def __call__(self, request):
        self.asked += 1
        if self.stop:
            raise KeyboardInterrupt
        seen = sorted(request.earlier)
        figure = Figure(f"drawn-{self.name}", draw, "A drawing", "nothing to be seen in it")
        return Section([Paragraph(f"after {seen}"), figure], data={"name": self.name})


def chapters(*pens):
    return [Chapter(pen.name, pen.name, place, pen, (2, 4)) for place, pen in enumerate(pens)]


def test_an_interrupted_report_goes_on_where_it_stopped(tmp_path):
    first, second = Pen("first"), Pen("second", stop=True)
    with pytest.raises(Stopped, match="goes on from there"):
        write_report(tmp_path, True, lambda _: None, chapters(first, second))
    assert [path.name for path in tmp_path.iterdir()] == [FOLDER]
    second.stop = False
    said: list[str] = []
    write_report(tmp_path, True, said.append, chapters(first, second))
    assert (first.asked, second.asked) == (1, 2)
    assert said[0].startswith("about 2 s") and "first: finished before, kept" in said
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        FOLDER,
        "figures",
        "report.html",
        "report.md",
        "results.json",
    ]
    document = json.loads((tmp_path / "results.json").read_text())
    assert list(document["chapters"]) == ["first", "second"]
    assert "after \\['first'\\]" in (tmp_path / "report.md").read_text()


def test_side_by_side_is_the_same(tmp_path):
    """Two that wait for none, one that keeps all cores busy, and two that wait."""

    def asked():
        first, second, busy, reader, last = chapters(*map(Pen, ("a", "b", "busy", "c", "d")))
        free = [replace(each, earlier=()) for each in (first, second)]
        busy = replace(busy, earlier=(), alone=True)
        return [*free, busy, replace(reader, earlier=("b",)), last]

    texts = []
    for workers in (1, 2):
        said: list[str] = []
        folder = tmp_path / str(workers)
        write_report(folder, True, said.append, asked(), workers=workers)
        assert sorted(said[1:6]) == ["a", "b", "busy", "c", "d"]
        # What is kept is found again by the other way.
        again: list[str] = []
        write_report(folder, True, again.append, asked(), workers=3 - workers)
        assert sum("finished before, kept" in line for line in again) == 5
        texts.append((folder / "report.md").read_text().rpartition("\n\n")[0])
    assert texts[0] == texts[1] and "after \\['a', 'b', 'busy', 'c'\\]" in texts[0]


def test_a_wrong_step_in_a_process_of_its_own_stops_the_report(tmp_path):
    asked = [replace(each, earlier=()) for each in chapters(Pen("a"), Pen("b"))]
    asked.append(Chapter("bad", "Bad", 9, bad, (0, 0), earlier=()))
    with pytest.raises(StepFailed, match=r"stopped at step 's'.*: 1 is not 2"):
        write_report(tmp_path, True, lambda _: None, asked, workers=2)


def bad(request):
    raise StepFailed("Law", "s", "1 is not 2")


FINISHED = Finished("h", "m", {}, [], {}, True, 1.0)


def test_another_request_or_other_sources_do_not_meet_a_kept_chapter(tmp_path, monkeypatch):
    (one,) = chapters(Pen("one"))
    Work(tmp_path, True).store(one, {}, FINISHED)
    assert Work(tmp_path, True).load(one, {}) == FINISHED
    assert Work(tmp_path, False).load(one, {}) is None
    assert expected_seconds(Work(tmp_path, True), True, [one]) == 0
    assert expected_seconds(Work(tmp_path, False), False, [one]) == 4
    monkeypatch.setattr(work, "content", lambda *roots: "other")
    assert Work(tmp_path, True).load(one, {}) is None


def test_a_damaged_chapter_is_written_again(tmp_path):
    place, (one,) = Work(tmp_path, True), chapters(Pen("one"))
    place.store(one, {}, FINISHED)
    (file,) = place.folder.iterdir()
    for damage in ("", "{}", '{"html": 1, "more": 2}', "[]"):
        file.write_text(damage)
        assert place.load(one, {}) is None


def test_a_chapter_whose_sources_are_nowhere_is_never_kept(tmp_path):
    (one,) = chapters(Pen("one"))
    unknown = replace(one, sources=frozenset({"studied.nowhere"}))
    Work(tmp_path, True).store(unknown, {}, FINISHED)
    assert Work(tmp_path, True).load(unknown, {}) is None and not (tmp_path / FOLDER).exists()


def test_a_second_report_redoes_what_depends_on_the_changed_file(tmp_path, studied):
    """Two chapters of different files, and one that reads the data of the first."""
    pens = [Pen("first"), Pen("second"), Pen("reader")]
    first, second, reader = chapters(*pens)
    asked = [
        replace(first, sources=frozenset({"studied.chapter"}), earlier=()),
        replace(second, sources=frozenset({"studied.other"}), earlier=()),
        replace(reader, sources=frozenset({"studied.types"}), earlier=("first",)),
    ]

    def again():
        forget()
        write_report(tmp_path, True, lambda _: None, asked)
        return tuple(pen.asked for pen in pens)

    assert again() == again() == (1, 1, 1)
    text = (tmp_path / "report.md").read_text()
    assert "after \\[\\]" in text and "after \\['first'\\]" in text
    (studied / "far.py").write_text("changed = True")
    assert again() == (2, 1, 1)
    (studied / "unknown.py").write_text("changed = True")
    assert again() == (2, 1, 1)
    pens[0].name = "other data"
    (studied / "far.py").write_text("changed = False")
    assert again() == (3, 1, 2)
    assert len(list((tmp_path / FOLDER).iterdir())) == 3


@pytest.mark.parametrize("name", cases(["question", "stored", "teacher-student"], every=None))
def test_a_chapter_loads_nothing_but_the_sources_that_it_names(name):
    """In a process of its own: whatever is imported while it is written is among its sources."""
    done = subprocess.run([sys.executable, "-c", LOADED, name], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


LOADED = """
import sys
from pathlib import Path
from binodal.numerics.sources import closure
from binodal.reports.answers import request
from binodal.reports.chapters import chapters
(chapter,) = [each for each in chapters() if each.name == sys.argv[1]]
before = set(sys.modules)
chapter.write(request(True, lambda line: None))
loaded = {name for name in set(sys.modules) - before if name.startswith("binodal.")}
known = closure(*chapter.sources)
packages = {name for name in loaded if sys.modules[name].__file__.endswith("__init__.py")}
print(sorted(loaded - known - packages))
"""


def test_an_undecided_number_is_told(tmp_path):
    def write(request):
        return Section([Paragraph("?")], decided=False)

    _, decided = write_report(tmp_path, True, lambda _: None, [Chapter("a", "A", 0, write, (0, 0))])
    assert not decided


def _of(quantities):
    said: list[str] = []
    compiled = {"leading": {"S": actions().results["derived_cost"]}, "other": {"S": sp.Integer(2)}}
    return derivations("a model", quantities, compiled, Request(True, said.append)), said


def test_steps_unfold_to_rule_check_and_source():
    from binodal.page.html import blocks_html
    from binodal.page.markdown import blocks_markdown

    section, said = _of({"action": lambda theory: actions(), "law": lambda theory: overlap_law()})
    steps = [*actions().steps, *(s for s in overlap_law().steps if s not in actions().steps)]
    html, markdown = (blocks_html(section.blocks, {}), blocks_markdown(section.blocks))
    assert section.data["steps"] == section.data["passed"] == len(steps)
    assert html.count("binodal codegen a model leading") == 1 and "model other" not in html
    assert html.count("✓ check passed") == len(steps)
    assert markdown.count("**Check (passed).**") == len(steps)
    assert all(any(step.check.route in line for line in said) for step in steps)


def test_a_wrong_step_stops_the_report():
    wrong = Step(
        "s", "r", sp.Integer(1), sp.Integer(2), Check("count", lambda _: "1 is not 2"), source="x"
    )
    with pytest.raises(StepFailed, match="1 is not 2"):
        _of({"bad": lambda theory: Derivation("bad", (wrong,))})
