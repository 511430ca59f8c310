"""The page fetches nothing, runs nothing, and can be read without eyes."""

from __future__ import annotations

import base64
import hashlib
import platform
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from binodal.experiments.stored import read_experiments
from binodal.page.section import FOLDER
from binodal.reports import networks, stored
from binodal.reports.chapters import chapters as all_chapters
from binodal.reports.run import write_report
from tests.binodal.reports.test_markup import check_balanced
from tests.laws import WHOLE
from tests.repo.remote import remote_resources
from tests.repo.weight import too_heavy

# The long chapters have tests of their own: derivations, audit, networks.
SHOWN = (
    "findings",
    "question",
    "networks",
    "stored",
    "agreement",
    "teacher-student",
    "figures",
    "provenance",
)

# Of the stored experiments ``make test`` draws every third; tests of their page draw all.
pytestmark = pytest.mark.law


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The page of the quick report without its longest chapters, and where no torch is."""
    folder = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks, "missing", lambda: ["torch"])
        drawn = read_experiments()[:: 1 if WHOLE else 3]
        patch.setattr(stored, "read_experiments", lambda: drawn)
        chapters = [chapter for chapter in all_chapters() if chapter.name in SHOWN]
        said: list[str] = []
        closing, decided = write_report(folder, True, said.append, chapters)
    assert decided and closing[-2].startswith(f"{folder}/report.html written in")
    assert len(closing) < 14
    return folder, (folder / "report.html").read_text("utf-8"), said


class Outline(HTMLParser):
    """What a browser and a screen reader meet."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in found:
            self.ids.append(found["id"])


@pytest.fixture(scope="module")
def outline(report):
    return Outline(report[1])


def test_files(report):
    folder = report[0]
    assert {path.name for path in folder.iterdir()} == {
        "report.html",
        "report.md",
        "results.json",
        "figures",
        FOLDER,
    }
    for path in (folder / "figures").iterdir():
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
    assert too_heavy(folder) == []


def test_nothing_is_fetched_and_nothing_runs(report, outline):
    folder, page, _ = report
    assert remote_resources(folder) == []
    tags = {tag for tag, _ in outline.tags}
    assert not tags & {"script", "iframe", "object", "embed", "form", "base"}
    for _, attributes in outline.tags:
        assert "style" not in attributes and not any(name.startswith("on") for name in attributes)
    check_balanced(page)


def test_the_policy_allows_this_style_sheet_and_images_of_the_file_alone(outline, report):
    policies = [
        a["content"]
        for tag, a in outline.tags
        if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    ]
    style = re.search(r"<style>(.*?)</style>", report[1], re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert len(policies) == 1
    rules = dict(rule.strip().split(" ", 1) for rule in policies[0].split(";"))
    assert rules["default-src"] == "'none'" and rules["img-src"] == "data:"
    assert rules["style-src"] == f"'sha256-{digest}'"


def test_headings_images_and_anchors(outline):
    headings = outline.headings
    assert headings[0] == 1 and headings.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))
    assert len(outline.ids) == len(set(outline.ids))
    images = [attributes for tag, attributes in outline.tags if tag == "img"]
    assert len(images) >= 8
    for image in images:
        assert len(image["alt"]) > 20
        drawing = unquote(image["src"].removeprefix("data:image/svg+xml,"))
        assert ElementTree.fromstring(drawing).tag.endswith("svg")
    links = [a["href"] for tag, a in outline.tags if tag == "a"]
    left_out = [chapter.anchor for chapter in all_chapters() if chapter.name not in SHOWN]
    if not WHOLE:
        left_out += [f"stored-{each['experiment']}" for each in read_experiments()]
    places = {*outline.ids, *left_out}
    assert all(link[1:] in places for link in links if link.startswith("#"))
    assert dict(outline.tags)["html"] == {"lang": "en"}


def test_nothing_tells_the_machine(report):
    folder, _, _ = report
    for name in ("report.html", "report.md", "results.json"):
        text = (folder / name).read_text("utf-8")
        assert str(Path(__file__).resolve().parents[3]) not in text
        assert str(folder) not in text and f"@{platform.node()}" not in text


def test_what_was_not_run_says_so(report):
    _, page, _ = report
    assert "<strong>Not run</strong>: torch not installed" in page
    assert "course in time: not run" in page


def test_the_report_says_how_long_it_takes_before_it_starts(report):
    assert re.match(r"about \d+ (s|min) on two cores", report[2][0])


def test_numbers_and_figures_of_the_paper(report):
    _, page, _ = report
    for number in ("0.178719454735", "0.217099049712", "0.190662044531", "40000/1323"):
        assert number in page
    for figure in range(1, 7):
        assert re.search(rf">Fig. {figure}[.abc:,s]|Figs. 4 to 6", page)
