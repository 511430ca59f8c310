"""The report's tables fit their column at 1280 px, its page a phone; formulas and links work."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from matplotlib.image import imread

from binodal.experiments.part import experiment_part
from binodal.experiments.stored import read_experiments
from binodal.page.blocks import Figure, Fold, Formula, Paragraph, figures_of
from binodal.page.html import blocks_html
from binodal.reports.page import page

BLANK = '<svg xmlns="http://www.w3.org/2000/svg"/>'
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
    blank = {figure.name: BLANK for figure in figures_of(parts)}
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


FORMULA = r"\left( \frac{\frac{a}{b}}{\frac{c}{d}} \right)^2 + ( x )"
LINKED = [Paragraph("See [there](#there)."), Fold("A step", [Formula(FORMULA)], anchor="there")]
FITS = """() => {
  const height = e => e.getBoundingClientRect().height;
  const [large, small] = [...document.querySelectorAll("mo")].filter(o => o.textContent === "(");
  return [height(large) / height(document.querySelector("mfrac")), height(large) / height(small)];
}"""


@pytest.fixture
def linked(browser: Any, tmp_path: Path) -> Any:
    path = tmp_path / "linked.html"
    chapters = [("brief", "In brief", ""), ("steps", "Steps", blocks_html(LINKED, {}))]
    path.write_text(page("Report", "lead", chapters, "foot"), "utf-8")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    shown = context.new_page()
    shown.goto(path.as_uri())
    yield shown
    context.close()


def test_a_link_unfolds_what_it_leads_to(linked: Any) -> None:
    fold = linked.locator("details")
    assert fold.get_attribute("open") is None
    linked.get_by_role("link", name="there", exact=True).click()
    assert fold.get_attribute("open") is not None and linked.locator("math").is_visible()


def test_formulas_bring_their_font(linked: Any) -> None:
    """A bracket is as high as what it holds, where no font of the machine could make it so."""
    linked.evaluate("document.querySelector('details').open = true")
    linked.evaluate("document.fonts.ready")
    bracket, stretched = linked.evaluate(FITS)
    assert 0.9 < bracket < 1.15 and stretched > 2
    # A style set from outside the page shows what would be seen without it.
    linked.evaluate("document.querySelectorAll('math').forEach(m => m.style.fontFamily = 'serif')")
    without, _ = linked.evaluate(FITS)
    assert without > 1.2


def grey(shown: Any, box: Any, at: float) -> float:
    """How dark the middle line of a box is, a share of its width from the left; 1 is white."""
    place = box.bounding_box()
    spot = {"x": place["x"] + at * place["width"], "y": place["y"] + place["height"] / 2}
    picture = imread(BytesIO(shown.screenshot(clip={**spot, "width": 2, "height": 2})))
    return float(picture[:, :, :3].mean())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_drawing_that_goes_on_has_a_shadow_where_it_does(
    browser: Any, tmp_path: Path, scheme: str
) -> None:
    white = '<path style="fill:#fff" d="M 0 0 L 900 0 L 900 300 L 0 300 z"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 300">{white}</svg>'
    drawing = Figure("a", lambda _: None, "A drawing", "nothing")
    path = tmp_path / "drawn.html"
    inner = blocks_html([drawing], {"a": svg})
    path.write_text(page("Report", "lead", [("brief", "In brief", inner)], "foot"), "utf-8")
    context = browser.new_context(viewport={"width": 390, "height": 900}, color_scheme=scheme)
    shown = context.new_page()
    shown.goto(path.as_uri())
    box = shown.locator(".drawing")
    left, middle, right = (grey(shown, box, at) for at in (0.01, 0.5, 0.985))
    assert left > 0.99 and middle > 0.99 and right < 0.8
    box.evaluate("box => box.scrollTo(9999, 0)")
    left, middle, right = (grey(shown, box, at) for at in (0.005, 0.5, 0.985))
    context.close()
    assert left < 0.8 and middle > 0.99 and right > 0.99
