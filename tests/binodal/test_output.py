"""Files appear whole or not at all; progress is for terminals; results show themselves."""

from __future__ import annotations

import io
import os
from pathlib import Path
from time import sleep

import numpy as np
import pytest

from binodal.api import critical, solve
from binodal.errors import RequestError
from binodal.page.output import replacing, require_folder, require_writable, write_text
from binodal.progress import Progress, Waiting


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(ValueError), replacing(path) as temporary:
        temporary.write_text("half")
        raise ValueError
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"] and path.read_text() == "old"


def test_a_new_file_has_the_usual_permissions(tmp_path):
    write_text(tmp_path / "a.txt", "x")
    (tmp_path / "b.txt").write_text("x")
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "b.txt").stat().st_mode


def test_a_link_is_followed(tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    write_text(require_writable(tmp_path / "link.txt"), "new")
    assert (tmp_path / "link.txt").is_symlink() and (tmp_path / "real.txt").read_text() == "new"


def test_devices_pipes_and_folders_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (Path(os.devnull), tmp_path / "pipe", tmp_path, tmp_path / "none" / "a.txt"):
        with pytest.raises(RequestError):
            require_writable(path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(RequestError):
        require_folder(tmp_path / "file" / "deep")
    assert require_folder(tmp_path / "new" / "deep").is_dir()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "step", "speaks"),
    [(Terminal(), 1.0, True), (Terminal(), 0.1, False), (io.StringIO(), 1.0, False)],
)
def test_progress_speaks_on_a_terminal_after_two_seconds(stream, step, speaks):
    clock = iter(step * k for k in range(100))
    with Progress("sweep", 10, stream, lambda: next(clock)) as progress:
        for _ in range(10):
            progress.advance()
    text = stream.getvalue()
    assert bool(text) == speaks
    if speaks:
        assert "sweep: 5/10, about 5 s left" in text
        assert "\n" not in text and text.endswith("\r")


@pytest.mark.parametrize(("stream", "speaks"), [(Terminal(), True), (io.StringIO(), False)])
def test_waiting_counts_on_a_terminal_and_leaves_nothing(stream, speaks):
    with Waiting("solving", stream, quiet=0.001):
        for _ in range(2000 if speaks else 1):
            if stream.getvalue():
                break
            sleep(0.005)
    text = stream.getvalue()
    assert bool(text) == speaks == ("solving: 0 s, Ctrl-C stops it" in text)
    assert text.endswith("\r") == speaks
    with Waiting("short", stream):
        pass
    assert stream.getvalue() == text


FEATURE = {"preset": "fig2", "sigma2": "0.17"}
"""Past coexistence of the derived theory: three minima and two maxima."""


@pytest.fixture(scope="module")
def results():
    return {
        "solve": solve("teacher-student", **FEATURE),
        "critical": critical("teacher-student", "birth", preset="fig2"),
        "modular": solve("modular", preset="fig3", sigma2="0.2"),
        "absent": critical("modular", "gmfl2", preset="fig3"),
        "none": critical("teacher-student", "instability", preset="fig2"),
    }


def test_notebooks_get_mathematics_and_escaped_text(results):
    from tests.binodal.reports.test_markup import check_balanced

    for found in results.values():
        html = found._repr_html_()
        check_balanced(html)
        assert found.status in html and "<math" in html
        assert "Parameters and assumptions" in html and "<script" not in html
    assert results["solve"]._repr_html_().count("<tr>") == 2 + 1 + 5
    assert "0.23338718865" in results["critical"]._repr_html_()
    assert "none" in results["absent"]._repr_html_()


def test_a_plot_shows_the_action_with_its_saddles(results):
    from matplotlib import pyplot

    axes = results["solve"].plot()
    line, *marks = [item for item in axes.lines if len(item.get_xdata()) != 2]
    assert len(line.get_xdata()) > 100 and len(marks) == 5
    for mark in marks:
        x, y = mark.get_xdata()[0], mark.get_ydata()[0]
        curve = np.interp(x, line.get_xdata(), line.get_ydata())
        assert abs(curve - y) < 1e-4
    filled = [mark for mark in marks if mark.get_markerfacecolor() == "black"]
    assert len(filled) == 3
    for name in ("critical", "modular"):
        assert results[name].plot(axes) is axes
    for name in ("absent", "none"):
        with pytest.raises(RequestError, match="nothing to plot"):
            results[name].plot()
    pyplot.close("all")


def test_a_dataset_holds_the_numbers_of_the_document(results):
    found = results["solve"].to_xarray()
    assert found.sizes == {"saddle": 5}
    document = results["solve"].document
    assert float(found["b"]) == float(document["closure"]["b"]["mid"])
    assert found["q"].values.tolist() == [float(s["q"]["mid"]) for s in document["saddles"]]
    assert found["kind"].values.tolist()[2] == "minimum" and np.isnan(found["mass"].values[1])
    assert found.attrs["status"] == "certified" and "sigma2" in found.attrs["params"]
    event = results["critical"].to_xarray()
    assert abs(float(event["sigma2"]) - 0.233387188658) < 1e-11 and "sigma2_rad" in event
    assert results["absent"].to_xarray().attrs["status"] == "absent"
