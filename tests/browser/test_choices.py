"""An activation and a teacher, stored networks, and what is said of few neurons."""

from __future__ import annotations

from tests.browser.test_controls import state, status


def test_an_activation_is_chosen_and_a_teacher_slides(visit):
    view = visit("#model=single-index&choice=relu&y_1=0")
    chooser, commands = view.locator("#choice"), view.locator("#certify")
    assert view.get_by_label("Activation", exact=True).input_value() == "relu"
    view.get_by_label("quadratic part of the teacher, exact value").fill("1/2")
    view.get_by_label("temperature, exact value").fill("1/25")
    assert state(view)["solution"]["events"]["condensation"]["status"] == "computed"
    assert "--activation relu --teacher '1: 0, 2: 1/2, 3: -0.3'" in commands.inner_text()
    assert status(view).startswith("GMFL-I") and "a condensate" in status(view)
    chooser.select_option("quadratic")
    assert state(view)["solution"]["saddles"] == [] and status(view).startswith("No theory")
    chooser.select_option("erf")
    assert state(view)["choice"] == "erf" and not status(view).startswith("No theory")
    shown = [f.get_attribute("data-of") for f in view.locator(".formula").all() if f.is_visible()]
    assert shown == ["single-index derived", "single-index derived erf"]


def test_stored_networks_are_a_state_with_points(visit):
    view = visit("#model=modular")
    caption = view.locator("#residuals-caption")
    assert "No networks" in caption.inner_text()
    series = view.locator("#series")
    (words, *_) = [
        o.inner_text() for o in series.locator("option").all() if "P = 7" in o.inner_text()
    ]
    series.select_option(label=words)
    found = state(view)
    assert found["values"]["P"] == "7" and "stored networks of exactly" in caption.inner_text()
    view.locator("#range-sigma2").press("ArrowRight")
    assert state(view)["values"]["sigma2"] != found["values"]["sigma2"]
    assert "stored networks of exactly" in caption.inner_text()
    view.locator("#value-P").fill("13")
    state(view)
    assert "No networks" in caption.inner_text() and series.input_value() == "-1"


def test_fewer_than_one_neuron_is_said(visit):
    view = visit("#model=teacher-student&sigma2=0.2165")
    found = state(view)["solution"]
    assert 0 < found["neurons"] < 1 and "fewer than one" in view.locator("#neurons").inner_text()
    many = visit("#model=teacher-student&sigma2=0.15")
    assert state(many)["solution"]["neurons"] > 1
    assert many.locator("#neurons").inner_text() == ""
