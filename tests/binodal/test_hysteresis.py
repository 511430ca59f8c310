"""Loops and ladders from the command line."""

import json

import pytest

from binodal.critical import critical
from binodal.maps.ladder import ladder

LOOP = ("hysteresis", "modular", "--preset", "fig3", "--along")
RUNGS = ("ladder", "modular", "--preset", "fig3", "--betas", "1,4,64")


def test_a_loop_in_json_has_certified_barriers(run):
    done = run(*LOOP, "sigma2=0.2:0.3:5", "--json")
    assert (done.status, done.err) == (0, "")
    found = json.loads(done.out)
    assert found["order_parameter"] == "x" and found["along"] == "sigma2"
    phases = [point["phase"] for point in found["points"]]
    assert phases == ["GMFL-I", "GMFL-I", "GFL", "GFL", "GFL"]
    first, last = found["points"][0], found["points"][-1]
    assert last["heating"] is None and last["log10_escape_time"]["zero"] is None
    assert float(first["heating"]["action"]["mid"]) == pytest.approx(0, abs=1e-15)
    assert float(first["heating"]["barrier"]["mid"]) == pytest.approx(51.32, abs=0.01)
    assert float(first["cooling"]["action"]["mid"]) < 0
    assert any("never unstable" in said for said in found["assumptions"])
    for escape in first["escapes"].values():
        formula, exact = (
            {name: float(escape[route][name]) for name in ("value", "error")}
            for route in ("log10_time", "exact")
        )
        assert exact["error"] < 1e-3
        assert abs(exact["value"] - formula["value"]) < exact["error"] + formula["error"]
    assert any(said.startswith("time: that of dw") for said in found["assumptions"])


def test_a_loop_is_drawn_and_written(run, tmp_path):
    for name in ("loop.svg", "loop.json"):
        done = run(*LOOP, "sigma2=0.2:0.3:2", "-o", name)
        assert done.out == f"{name}: 2 points, certified\n"
    assert b"Eyring-Kramers" in (tmp_path / "loop.svg").read_bytes()
    assert len(json.loads((tmp_path / "loop.json").read_text("utf-8"))["points"]) == 2


def test_a_ladder_shows_the_derived_coefficient(run):
    done = run(*RUNGS, "--json")
    assert (done.status, done.err) == (0, "")
    found = json.loads(done.out)
    assert (found["size"], found["power"], found["limit"]) == ("P", 2, "finite")
    for rung in found["rungs"]:
        assert rung["coefficient"] == pytest.approx(rung["derived"], rel=1e-6)
    assert found["rungs"][-1]["exponent"] == pytest.approx(-2, abs=1e-3)
    limit = critical("modular", "birth", preset="fig3")
    assert found["dropped"] == limit.document["dropped"] != []


def test_an_event_of_finite_size_alone_has_no_limit_that_drops_anything() -> None:
    found = ladder("modular", "mass", betas=("1/16",), preset="fig3", theory="published")
    assert found.document["limit_value"] is None and found.document["dropped"] == []


def test_a_ladder_is_drawn_and_printed(run, tmp_path):
    assert run(*RUNGS, "-o", "ladder.svg").out == "ladder.svg: 3 sizes, converged\n"
    assert (tmp_path / "ladder.svg").read_bytes().startswith(b"<?xml")
    text = run(*RUNGS).out
    assert "coefficient of 1/P^2: derived -1.2864" in text
    assert ladder("modular", betas=("1", 4, "64"), preset="fig3").text == text.rstrip("\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*LOOP, "sigma2=0.2:0.3"), "write NAME=START:STOP:COUNT"),
        ((*LOOP, "d=2:3:4"), "unknown parameter 'd'"),
        ((*LOOP, "sigma2=0.2:0.3:5", "-s", "sigma2=1"), "given twice"),
        ((*LOOP, "sigma2=0.2:0.3:5", "-o", "loop.npz"), "must end in .svg, .png, .json"),
        ((*RUNGS, "--event", "gmfl2"), "choose birth, coexistence, mass"),
        ((*RUNGS[:-1], "1,x"), "not a finite number"),
        ((*RUNGS[:-1], "2,2"), "different numbers"),
        ((*RUNGS[:-1], "0"), "beta=0"),
    ],
)
def test_a_request_without_sense_is_refused(run, words, said):
    done = run(*words)
    assert (done.status, done.out, done.files) == (2, "", [])
    assert said in done.err and done.err.count("\n") == 1


STUDENT = ("hysteresis", "teacher-student", "--preset", "fig2", "--along")


def test_escape_times_are_those_of_the_size_with_an_error(run):
    done = run(*STUDENT, "sigma2=0.21:0.22:2", "--beta", "16", "--json")
    point = json.loads(done.out)["points"][0]
    found = point["escapes"]["zero"]
    time = found["log10_time"]
    assert float(time["value"]) == pytest.approx(2.150, abs=0.002)
    assert 0 < float(time["error"]) < 0.1
    assert float(time["value"]) == point["log10_escape_time"]["zero"]
    assert float(found["rise"]["value"]) == pytest.approx(9.50, abs=0.05)
    assert float(found["residual"]["b"]["value"]) == pytest.approx(0.3360, abs=2e-4)
    assert found["left_out"] == pytest.approx(2.035, abs=0.005) and found["why"] is None
    assert "may be as large as the barrier" in point["escapes"]["feature"]["why"]
    # The limit's barrier alone would give seven: it is printed beside, as what it is.
    assert 600 * float(point["cooling"]["barrier"]["mid"]) == pytest.approx(7.087, abs=1e-3)


def test_rows_without_a_barrier_have_no_time_and_say_why(run, tmp_path):
    done = run(*STUDENT, "sigma2=0.17:0.23:3", "--beta", "1/8")
    rows = [line for line in done.out.splitlines() if " zero " in line or " feature " in line]
    rows = [row for row in rows if row.split()[1] in ("zero", "feature")]
    assert len(rows) == 6
    assert all("no time: at d = 53.033 the action has no barrier" in row for row in rows)
    run(*STUDENT, "sigma2=0.17:0.23:3", "--beta", "1/8", "-o", "flat.svg")
    assert (
        b"no time: at d = 53.033 the action has no barrier" in (tmp_path / "flat.svg").read_bytes()
    )
