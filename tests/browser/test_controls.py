"""Every control, by pointer and by keyboard; addresses and copies say the same state."""

from __future__ import annotations

import json
import shlex
from fractions import Fraction

import pytest

from binodal.cli import main
from binodal.models.registry import model, presets
from tests.binodal.explorer.states import OWN, PAIRS, SLIDERS, states
from tests.binodal.explorer.states import address as address_of
from tests.browser.latex import value_of
from tests.browser.waiting import wait_until

OVERLAPS = {"c_{1}": 0.0, "c_{2}": 0.0, "c_{3}": 0.0}
COPIES = {"permissions": ["clipboard-read", "clipboard-write"]}


def state(view):
    view.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    return view.evaluate("window.binodal.state()")


def status(view):
    return view.locator("#status").inner_text()


def address(view):
    view.wait_for_timeout(350)
    return view.evaluate("location.hash")


def copied(view, button):
    view.bring_to_front()
    view.get_by_role("button", name=button).click()
    wait_until(view, "document.getElementById('copied').textContent === 'Copied.'")
    text = view.evaluate("navigator.clipboard.readText()")
    assert text == view.get_by_label("What was copied").input_value()
    return text


@pytest.mark.parametrize("model", SLIDERS)
def test_every_slider_answers_to_arrow_keys(visit, model):
    view = visit(f"#model={model}")
    view.locator("#more summary").press("Enter")
    assert view.locator("#more").evaluate("node => node.open")
    for name in SLIDERS[model]:
        slider = view.locator(f"#range-{name}")
        before = state(view)
        assert slider.get_attribute("aria-valuetext") == before["values"][name]
        slider.focus()
        for _ in range(3):
            view.keyboard.press("ArrowRight")
        after = state(view)
        assert float(Fraction(after["values"][name])) > float(Fraction(before["values"][name]))
        assert after["solution"] != before["solution"]
        assert view.locator(f"#value-{name}").input_value() == after["values"][name]
        outline = slider.evaluate("node => getComputedStyle(node).outlineStyle")
        assert outline == "solid"
        view.keyboard.press("End")
        assert Fraction(state(view)["values"][name]) == Fraction(SLIDERS[model][name][1])


def test_tab_reaches_every_control_in_order(visit):
    view = visit()
    reached = []
    for _ in range(18):
        view.keyboard.press("Tab")
        reached.append(view.evaluate("document.activeElement.id || document.activeElement.name"))
    assert reached[:10] == [
        "model",
        "theory",
        "preset",
        "range-sigma2",
        "value-sigma2",
        "range-epsilon",
        "value-epsilon",
        "range-d",
        "value-d",
        None,
    ]
    lists, copies = ["along", "series"], ["copy-latex", "copy-command", "copy-link", "text"]
    assert reached[10:16] == [*lists, *copies]
    for control in view.locator("input, select, button, textarea").all():
        assert control.evaluate("node => node.labels?.length || node.textContent || node.ariaLabel")


def test_branches_run_along_what_is_chosen(visit):
    view = visit()
    assert "along=" not in address(view)
    view.locator("#along").select_option("n")
    wait_until(view, "location.hash.includes('along=n')")
    assert "along n." in view.locator("#branches-caption").inner_text()
    assert "--event coexistence --along n " in view.locator("#certify").inner_text()
    view.locator("input[name=model][value=modular]").check()  # which has no n
    assert state(view)["along"] == "sigma2" and "along=" not in address(view)


def test_model_and_theory_by_keyboard(visit):
    view = visit()
    view.get_by_role("radio", name="teacher–student").focus()
    view.keyboard.press("ArrowRight")
    assert state(view)["model"] == "single-index"
    view.keyboard.press("ArrowRight")
    assert state(view)["model"] == "modular"
    assert view.evaluate("document.activeElement.value") == "modular"
    view.get_by_role("radio", name="derived").focus()
    view.keyboard.press("ArrowLeft")
    assert state(view)["theory"] == "published"
    view.locator("#range-gamma").focus()
    view.keyboard.press("ArrowRight")
    own = state(view)["values"]
    view.get_by_role("radio", name="teacher–student").check()
    view.get_by_role("radio", name="modular addition").check()
    assert state(view)["values"] == own


@pytest.mark.parametrize(
    "name", [name for name, values in presets().items() if model(values.model).explorer]
)
def test_presets(visit, name):
    view = visit("#sigma2=0.5")
    assert view.get_by_label("Preset").input_value() == "own values"
    view.get_by_label("Preset").select_option(name)
    values = presets()[name]
    found = state(view)
    assert found["model"] == values.model
    assert {k: Fraction(v) for k, v in found["values"].items()} == dict(values)
    assert view.get_by_label("Preset").input_value() == name


def test_exact_values_are_typed_and_bad_ones_refused(visit):
    view = visit()
    field = view.get_by_label("temperature, exact value")
    for good in ("1/7", "0.1787194547", "1e-1", ".2"):
        field.fill(good)
        assert state(view)["values"]["sigma2"] == good
        assert view.locator("#problem").inner_text() == ""
    for bad in ("", "-1", "0", "x", "1/0", "0x1", "1e40"):
        field.fill(bad)
        assert state(view)["values"]["sigma2"] == ".2"
        assert field.get_attribute("aria-invalid") == "true"
        assert "sigma2" in view.get_by_role("alert").inner_text()
    view.get_by_label("input dimension, exact value").fill("150.5")
    assert "whole" in view.get_by_role("alert").inner_text()


def test_the_phase_is_announced(visit):
    view = visit()
    assert view.locator("#status").get_attribute("aria-live") == "polite"
    seen = {}
    for text in ("0.3", "0.22", "0.2"):
        view.get_by_label("temperature, exact value").fill(text)
        found = state(view)["solution"]
        seen[found["phase"], len(found["saddles"])] = status(view)
        assert status(view).startswith(found["phase"])
    assert sorted(seen) == [("GFL", 1), ("GFL", 3), ("GMFL-I", 3)]
    assert len(set(seen.values())) == 3


@pytest.mark.parametrize(("model", "theory"), PAIRS)
def test_an_address_round_trip(visit, model, theory):
    (first, *_) = states(model, theory, 6, 7)
    view = visit(address_of(first))
    view.locator("#range-sigma2").focus()
    view.keyboard.press("ArrowLeft")
    before, link = state(view), address(view)
    view.reload()
    assert state(view) == before
    again = visit(link)
    assert state(again) == before
    view.evaluate("location.hash = '#model=modular&sigma2=1/3'")
    wait_until(view, "window.binodal.state().values.sigma2 === '1/3'")
    assert state(view)["theory"] == "derived"


def test_a_bad_address_says_so_and_shows_a_preset(visit):
    view = visit("#model=modular&sigma2=-2&gamma=<b>x</b>&P=1e9&nonsense=3")
    alert = view.get_by_role("alert")
    assert "sigma2=-2" in alert.inner_text() and "<b>x</b>" in alert.inner_text()
    assert alert.locator("b").count() == 0
    assert state(view)["values"]["P"] == "1e9" and state(view)["values"]["sigma2"] == "0.25"


@pytest.mark.parametrize(("model", "theory"), PAIRS)
def test_the_copied_command_gives_the_same_state(visit, model, theory, capsys):
    for given in states(model, theory, 6, 8)[:3]:
        view = visit(address_of(given), **COPIES)
        program, *arguments = shlex.split(copied(view, "Copy as command"))
        assert program == "binodal" and main([*arguments, "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert (answer["model"], answer["theory"]) == (model, theory)
        values = {k: Fraction(v) for k, v in given["values"].items() if k not in OWN[model]}
        assert {k: Fraction(answer["params"][k]) for k in values} == values
        assert answer["phase"] == state(view)["solution"]["phase"]
        lines = view.locator("#certify").inner_text().splitlines()
        assert lines[0] == shlex.join([program, *arguments]) and len(lines) >= 3


def test_the_commands_for_events_run(visit, capsys):
    view = visit("#model=modular&theory=published")
    events = state(view)["solution"]["events"]
    for line in view.locator("#certify").inner_text().splitlines()[1:]:
        assert main([*shlex.split(line)[1:], "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        expected = float(answer["value"]["mid"])
        assert events[answer["event"]]["sigma2"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("model", "theory"), PAIRS)
def test_the_copied_latex_is_the_action(visit, model, theory):
    for given in states(model, theory, 6, 9)[:4]:
        view = visit(address_of(given), **COPIES)
        comment, label, *lines = copied(view, "Copy as LaTeX").splitlines()
        assert comment.startswith("% binodal solve") and "computed" in label
        found = state(view)["solution"]["saddles"]
        size = max(abs(s["action"]) for s in found) + 1e-3
        for saddle in found:
            q = saddle["place"]
            at = {"q": q, "x": q, "x_v": q, "m": q, "rho": saddle.get("rho", 0)}
            at |= {"r": saddle.get("r", 0), **OVERLAPS}
            own = [line for line in lines if line.startswith("c_")]
            at |= {line.split("(")[0]: value_of(line, r=saddle["r"]) for line in own}
            # Depths are sums of larger terms, and the text has 15 digits.
            assert value_of(lines[0], **at) == pytest.approx(saddle["action"], abs=1e-9 * size)
            if lines[-1].startswith("q"):
                assert value_of(lines[1], **at) == pytest.approx(q**2, rel=1e-10)


def test_copy_link(visit):
    view = visit("#epsilon=-0.7", **COPIES)
    link = copied(view, "Copy link")
    assert state(visit(link[link.index("#") :])) == state(view)


def test_without_a_clipboard_the_text_is_there(visit):
    view = visit()
    view.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject('denied'); }")
    view.get_by_role("button", name="Copy as command").click()
    wait_until(view, "document.getElementById('copied').textContent !== ''")
    assert view.get_by_label("What was copied").input_value().startswith("binodal solve")


def test_the_map_can_be_dragged(visit):
    view = visit()
    box = view.locator("#map").bounding_box()
    view.mouse.move(box["x"] + 200, box["y"] + 200)
    view.mouse.down()
    view.mouse.move(box["x"] + 300, box["y"] + 100, steps=5)
    view.mouse.up()
    found = state(view)["values"]
    assert found["epsilon"] != "-0.3" and float(found["sigma2"]) > 0.18
    assert view.get_by_label("Preset").input_value() == "own values"


def test_a_group_is_chosen_and_kept(visit):
    """The list is there for groups alone, and comes back with its choice."""
    view = visit("#model=modular")
    chooser = view.locator("#choice")
    assert not chooser.is_visible()
    view.get_by_label("finite groups").check()
    assert state(view)["choice"] == "Z401: 1b complex"
    events = state(view)["solution"]["events"]
    view.get_by_label("modular addition").check()
    assert state(view)["solution"]["events"] == events
    view.get_by_label("finite groups").check()
    assert view.get_by_label("Group and irrep").is_visible()
    chooser.select_option("S4: 3a real")
    found = state(view)
    assert "S4%3A%203a%20real" in address(view)
    assert "--group S4 --irrep 3a --decay schatten" in view.locator("#certify").inner_text()
    view.get_by_label("modular addition").check()
    view.get_by_label("finite groups").check()
    assert state(view) == found and chooser.input_value() == "S4: 3a real"


def test_an_unknown_group_in_the_address_is_the_first(visit):
    view = visit("#model=group&choice=Z1&theory=published")
    assert state(view)["choice"] == "Z401: 1b complex" and state(view)["theory"] == "derived"
