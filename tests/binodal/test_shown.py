"""Every result of the API shows itself: one line, a notebook, a data frame, an array, a picture."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import binodal
import binodal.api as api
from binodal.errors import BinodalError, RequestError
from binodal.experiments.conduct import Conducted
from binodal.experiments.stored import read_experiments
from binodal.page.number import Number
from binodal.result import Result
from binodal.shown import columns_of
from tests.binodal.reports.test_markup import check_balanced
from tests.laws import cases

STUDENT = {"model_name": "teacher-student", "preset": "fig2"}
TINY = {"N": 8, "P": 3, "sigma2": "1/5", "sigma_a2": "1/20", "gamma": 2}
SHORT = {"burn_in": 4, "draws": 8, "thin": 1, "members": 4, "workers": 1}


def trained(folder):
    return api.train("modular", folder / "run", **TINY, **SHORT)


def delays(folder):
    rows = [f"{x},{a},{(a + 1) / x},{0.1 / x}" for x in (0.1, 0.2, 0.4) for a in (1, 3)]
    (folder / "delays.csv").write_text("\n".join(["decay,scale,time,error", *rows]))
    return folder / "delays.csv"


MADE = {
    "audit": lambda folder: api.audit("M.17"),
    "boundary": lambda folder: api.boundary(**STUDENT, events="birth", points=3),
    "compare": lambda folder: api.compare(trained(folder).path),
    "critical": lambda folder: api.critical(**STUDENT, event="birth"),
    "delay": lambda folder: api.delay(delays(folder)),
    "derive": lambda folder: api.derive("teacher-student", "action"),
    "dynamics": lambda folder: api.dynamics(**STUDENT, until="1/5000", particles=64),
    "experiment": lambda folder: Conducted(read_experiments()[0], folder / "a.json"),
    "hysteresis": lambda folder: api.hysteresis(**STUDENT, along="sigma2=0.1:0.3:3"),
    "ladder": lambda folder: api.ladder(**STUDENT, betas=["1/8", "1/4"]),
    "measure": lambda folder: api.measure(trained(folder).path),
    "phase_map": lambda folder: api.phase_map(
        **STUDENT, grids=["sigma2=0.1:0.3", "epsilon=-0.6:-0.1"], depth=2
    ),
    "solve": lambda folder: api.solve(**STUDENT, sigma2="0.17"),
    "sweep": lambda folder: api.sweep(**STUDENT, grids=["sigma2=0.1:0.3:3"]),
    "train": trained,
    "arrays": lambda folder: api.solve(**STUDENT, sigma2=np.linspace(0.1, 0.3, 3)),
    "events over arrays": lambda folder: api.critical(**STUDENT, event="birth", epsilon=[-0.3, -1]),
}
PLAIN = {"cite", "codegen", "figure", "figures", "recorder", "reproduce"}
"""What returns a text, a path, names, a function or whether all went well."""


def test_the_law_speaks_of_every_function():
    assert set(api.__all__) == PLAIN | (MADE.keys() - {"arrays", "events over arrays"})


@pytest.fixture(scope="module", params=cases(sorted(MADE), every=3))
def found(request, tmp_path_factory):
    return MADE[request.param](tmp_path_factory.mktemp("shown"))


def test_it_says_itself_in_one_line(found):
    line = repr(found)
    assert "\n" not in line and 10 < len(line) < 400
    assert len(str(found)) > 20


def test_a_notebook_shows_it(found):
    html = found._repr_html_()
    check_balanced(html)
    assert "<script" not in html and ("<table" in html or "<details" in html)


def test_rows_become_a_data_frame(found):
    frame = found.to_dataframe()
    assert len(frame) == len(found.records()) > 0
    assert set(found.records()[0]) <= set(frame.columns)


def test_numbers_become_a_dataset(found):
    data = found.to_xarray()
    assert len(data.data_vars) > 0 and data.attrs
    if isinstance(found, Result):
        assert data.attrs["status"] == found.status


def test_results_have_a_picture(found):
    from matplotlib import pyplot

    if isinstance(found, Result):
        assert found.plot() is not None
        pyplot.close("all")


def test_results_hold_what_their_document_holds(found):
    if not isinstance(found, Result):
        return
    for name in found._names():
        assert found[name] is not None or name in found.document or not found.numbers().get(name)
    assert set(found._names()) <= set(dir(found))
    with pytest.raises(AttributeError, match="this result holds"):
        _ = found.nothing


def test_numbers_keep_their_ball():
    found = api.solve(**STUDENT, sigma2="0.17", digits=40)
    assert isinstance(found.b, Number) and found.b.certified and found.n == 3000
    assert found.sigma2 == Fraction(17, 100) and found.phase == "GMFL-I"
    assert str(found.b).startswith("0.2586725861658730") and " ± " in str(found.b)
    assert float(found.b) == float(found.document["closure"]["b"]["mid"])
    assert 0 < found.b.high - found.b.low < Fraction(1, 10**38)
    assert found.b.ball.contains(api.solve(**STUDENT, sigma2="0.17", digits=60).b.ball)
    assert found.saddles[0]["action"] == found.action[0] and len(found.q) == 5
    event = api.critical(**STUDENT, event="coexistence")
    assert abs(float(event.sigma2) - 0.21709904971) < 1e-10
    computed = api.solve(**STUDENT, sigma2="0.17", limit="finite").b
    assert computed.certified or "not certified" in str(computed)


def test_names_that_python_keeps_are_items():
    found = api.solve("modular", preset="fig3", sigma2="0.2")
    assert isinstance(found["lambda"], Number) and found["lambda"] == found.numbers()["lambda"]


def test_what_is_not_there_is_none():
    absent = api.critical("modular", "gmfl2", preset="fig3")
    assert absent.sigma2 is None and "none" in repr(absent) and absent.records() == []


def test_arrays_are_a_table_of_the_single_results():
    values = np.linspace(0.1, 0.3, 3)
    table = api.solve(**STUDENT, sigma2=values, epsilon=[-0.3, "-1/2"])
    assert [len(axis) for axis in table.grid.values()] == [3, 2] and len(table.value) == 6
    single = api.solve(**STUDENT, sigma2=values[1], epsilon="-1/2")
    assert table.b[3] == single.b and table.value[3].document == single.document
    data = table.to_xarray()
    assert data.sizes == {"sigma2": 3, "epsilon": 2}
    assert float(data.b.sel(sigma2=0.2, epsilon=-0.5)) == float(single.b)
    assert table.exit_status == 0 and "6 results" in repr(table)
    with pytest.raises(RequestError, match="one array"):
        table.plot()


@pytest.mark.parametrize("values", [np.zeros((2, 2)), [], ["a"], [True]])
def test_arrays_that_make_no_sense(values):
    with pytest.raises(RequestError, match="sigma2"):
        api.solve(**STUDENT, sigma2=values)


@pytest.mark.parametrize(
    ("call", "words", "foreign"),
    [
        (lambda: api.critical(**STUDENT, event="mass"), 'limit="finite"', "--"),
        (lambda: api.solve("teacher-student", preset="fig3"), "preset='fig3'", "--"),
        (lambda: api.solve("teacher-student"), "N=VALUE or preset=NAME", "-s"),
        (lambda: api.sweep(**STUDENT, grids=["sigma2=1"]), "grids 'sigma2=1'", "--"),
        (lambda: api.hysteresis(**STUDENT, along="sigma2"), "along 'sigma2'", "--"),
        (lambda: api.phase_map(**STUDENT, grids=["sigma2=0.1:1"]), "1 grids given", "--"),
    ],
)
def test_errors_speak_of_arguments_in_python(call, words, foreign):
    with pytest.raises(BinodalError) as caught:
        call()
    assert words in str(caught.value) and foreign not in str(caught.value)


def test_the_same_errors_speak_of_options_at_a_shell(run):
    done = run("critical", "teacher-student", "--preset", "fig2", "--event", "mass")
    assert done.status == 2 and "--limit finite" in done.err


def test_missing_values_do_not_mix_numbers_and_words():
    columns = columns_of([{"a": None, "b": "x"}, {"a": Fraction(1, 4)}])
    assert np.isnan(columns["a"][0]) and columns["a"][1] == 0.25 and columns["b"] == ["x", ""]


def test_the_package_says_its_version():
    assert f'version = "{binodal.__version__}"' in Path("pyproject.toml").read_text()
