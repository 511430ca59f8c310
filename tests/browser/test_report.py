"""The report's tables fit their column at 1280 px, and its page a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from binodal.experiments.part import experiment_part
from binodal.experiments.stored import read_experiments
from binodal.page.blocks import figures_of
from binodal.page.html import blocks_html
from binodal.reports.page import page

CUT_OFF = """() => {
  document.querySelectorAll("details").forEach(fold => { fold.open = true; });
  const wide = [...document.querySelectorAll(".wide")];
  return [document.documentElement.scrollWidth,
          wide.filter(box => box.scrollWidth > box.clientWidth + 1).length, wide.length];
}"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The widest chapter: all stored experiments, with blank pictures."""
    parts = [experiment_part(experiment) for experiment in read_experiments()]
    blank = {figure.name: "<svg/>" for figure in figures_of(parts)}
    chapters = [("brief", "In brief", ""), ("stored", "Stored", blocks_html(parts, blank))]
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page("Report", "lead", chapters, "foot"), "utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_cut_off(browser: Any, report: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    shown = context.new_page()
    shown.goto(report)
    whole, cut, tables = shown.evaluate(CUT_OFF)
    context.close()
    assert whole <= width and tables > 8
    # On a phone a wide table scrolls in its own box, which has a shadow where it goes on.
    assert cut == 0 if width == 1280 else cut > 0
