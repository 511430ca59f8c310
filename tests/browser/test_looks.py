"""Phone, dark mode, motion, contrast, and the time of a frame while a slider moves."""

from __future__ import annotations

import pytest

FRAMES = """async () => {
    const slider = document.getElementById("range-sigma2");
    const times = [], work = [];
    const inner = window.binodal.render;
    let last = 0;
    for (let k = 0; k < 90; k++) {
        slider.value = 300 + 4 * k;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        const now = await new Promise(requestAnimationFrame);
        if (last) times.push(now - last);
        last = now;
        const start = performance.now();
        inner();
        work.push(performance.now() - start);
    }
    const median = list => list.sort((a, b) => a - b)[list.length >> 1];
    return [median(times), median(work), Math.min(...work)];
}"""
CONTRAST = """() => {
    const style = getComputedStyle(document.documentElement);
    const light = name => {
        const hex = style.getPropertyValue("--" + name).trim();
        const part = k => {
            const c = parseInt(hex.slice(k, k + 2), 16) / 255;
            return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        };
        return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
    };
    const ratio = (one, two) => {
        const [high, low] = [light(one), light(two)].sort((a, b) => b - a);
        return (high + 0.05) / (low + 0.05);
    };
    const marks = ["minimum", "maximum", "birth", "coexistence", "gmfl2", "here", "accent"];
    return { words: Math.min(ratio("ink", "paper"), ratio("ink", "panel"), ratio("soft", "paper"),
        ratio("soft", "panel")), marks: Math.min(...marks.map(name => ratio(name, "paper"))) };
}"""
PAINTED = """id => {
    const canvas = document.getElementById(id);
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const colours = new Set();
    for (let k = 0; k < data.length; k += 4) {
        if (data[k + 3] === 255) colours.add((data[k] << 16) | (data[k + 1] << 8) | data[k + 2]);
    }
    return [...colours];
}"""
ADDRESSES = (
    "",
    "#theory=published&epsilon=1.2&sigma2=3e-2",
    "#model=modular&theory=published",
    "#model=single-index&choice=gelu&y_2=1/2",
)


@pytest.mark.parametrize("state", ADDRESSES)
@pytest.mark.parametrize("width", [320, 390, 820])
def test_nothing_sticks_out_on_a_phone(visit, state, width):
    view = visit(state)
    view.set_viewport_size({"width": width, "height": 844})
    view.locator("#more summary").click()
    view.get_by_role("button", name="Copy as LaTeX").click()
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    boxes = view.locator("input[type=range], button, select, summary").all()
    assert all(box.bounding_box()["height"] >= 24 for box in boxes if box.is_visible())
    if width < 500:
        places = [view.locator(f"#{name}").bounding_box() for name in ("landscape", "map")]
        assert places[0]["x"] == places[1]["x"] and places[1]["y"] > places[0]["y"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_marks_stand_out(visit, scheme):
    view = visit(color_scheme=scheme)
    found = view.evaluate(CONTRAST)
    assert found["words"] >= 4.5 and found["marks"] >= 3
    paper = view.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") == (scheme == "light")


def test_dark_mode_repaints_the_figures(visit):
    before = visit().evaluate(PAINTED, "landscape")
    view = visit()
    view.emulate_media(color_scheme="dark")
    view.wait_for_timeout(100)
    after = view.evaluate(PAINTED, "landscape")
    assert 0x0072B2 in before and 0x0072B2 not in after and 0x56B4E9 in after


def test_nothing_moves_by_itself(visit):
    view = visit(reduced_motion="reduce")
    view.locator("#range-sigma2").press("ArrowRight")
    assert view.evaluate("document.getAnimations().length") == 0
    assert visit().evaluate("document.getAnimations().length") == 0


def test_the_formulas_of_the_shown_theory_alone(visit):
    view = visit()
    for model, theory in (("teacher–student", "published"), ("modular addition", "derived")):
        view.get_by_role("radio", name=model).check()
        view.get_by_role("radio", name=theory).check()
        view.wait_for_timeout(60)
        shown = [b for b in view.locator(".formula").all() if b.is_visible()]
        assert [b.get_attribute("data-of").split()[1] for b in shown] == [theory]
        assert shown[0].locator("math").first.bounding_box()["height"] > 15


@pytest.mark.parametrize("state", ADDRESSES)
def test_a_frame_fits_into_a_sixtieth_of_a_second(visit, state, record_property):
    between, work, least = visit(state).evaluate(FRAMES)
    record_property("milliseconds between frames, of work, of least work", (between, work, least))
    print(f"median between frames {between:.1f} ms, work {work:.2f} ms, least {least:.2f} ms")
    # Others may hold the processor; the least work of a frame is what the page is answerable for.
    assert least < 16.7


def test_the_map_of_other_parameters_is_quick_too(visit):
    frames = FRAMES.replace("range-sigma2", "range-d").replace("300 + 4", "300 + 2")
    between, work, least = visit().evaluate(frames)
    print(f"median between frames {between:.1f} ms, work {work:.2f} ms, least {least:.2f} ms")
    assert least < 33
