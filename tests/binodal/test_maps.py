"""Phase maps from the command line: pictures, cells, arrays, and requests without sense."""

import json
import xml.dom.minidom
from fractions import Fraction

import numpy as np
import pytest

from binodal.maps.map_json import parse_ranges
from binodal.maps.phase_map import phase_map
from binodal.models.modular.numerics.critical import critical
from binodal.models.registry import preset

MAP = ("map", "modular", "--preset", "fig3", "--theory", "published")
GRIDS = ("--grid", "sigma2=0.05:0.5", "--grid", "N=100:3000")
SMALL = (*MAP, *GRIDS, "--depth", "5")


def test_the_cells_in_json_say_what_is_proved(run):
    done = run(*SMALL, "--json")
    assert (done.status, done.err) == (0, "")
    found = json.loads(done.out)
    assert (found["status"], found["limit"]) == ("certified", "thermodynamic")
    assert found["axes"][0] == {"name": "sigma2", "low": "1/20", "high": "1/2"}
    assert set(found["params"]) == {"P", "sigma_a2", "gamma"}
    areas = [Fraction(1, 4**depth) for depth, *_ in found["cells"]]
    assert sum(areas) == 1
    open_cells = [c for c in found["cells"] if c[3] != c[4]]
    share = sum(Fraction(1, 4 ** c[0]) for c in open_cells)
    assert found["fractions"]["undecided"] == float(share)
    point = float(critical(preset("fig3"), "gmfl2", theory="published").point.value)
    rows = found["enclosures"]["gmfl2"]
    assert (
        sum(left <= point <= right and low <= 1000 <= high for left, right, low, high in rows) == 1
    )


def test_a_picture_is_the_same_for_the_same_request(run, tmp_path):
    for name in ("a.svg", "b.svg", "c.png"):
        done = run(*SMALL, "-o", name)
        assert done.status == 0 and done.out.startswith(f"{name}: ")
    assert done.files == ["a.svg", "b.svg", "c.png"]
    first, second = ((tmp_path / name).read_bytes() for name in ("a.svg", "b.svg"))
    assert first == second
    texts = xml.dom.minidom.parseString(first).toxml()
    assert "GMFL-II" in texts and "undecided" in texts
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")


def test_arrays_and_json_hold_the_same_cells(run, tmp_path):
    assert run(*SMALL, "-o", "cells.npz").status == 0
    assert run(*SMALL, "-o", "cells.json").status == 0
    table = json.loads((tmp_path / "cells.json").read_text("utf-8"))
    with np.load(tmp_path / "cells.npz") as arrays:
        names = ("depth", "column", "row", "lowest", "highest")
        rows = np.stack([arrays[name] for name in names], axis=1)
        assert rows.tolist() == table["cells"]
        assert arrays["lattice"].shape == (32, 32)
        assert arrays["enclosure_birth"].tolist() == table["enclosures"]["birth"]


def test_a_terminal_gets_a_coarse_picture(run):
    done = run(*SMALL)
    picture = [line.strip() for line in done.out.splitlines() if set(line.strip()) <= set(".mFC?")]
    assert len(picture) == 24 and all(len(line) == 64 for line in picture)
    assert picture[0][0] == "C" and picture[0][-1] == "."


def test_the_function_says_the_same_as_the_command(run):
    grids = ("sigma2=0.05:0.5", "N=100:3000")
    result = phase_map("modular", grids, preset="fig3", theory="published", depth=5)
    assert result.text == run(*SMALL).out.rstrip("\n")
    assert result.status == "certified"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--grid", "sigma2=0.05:0.5"), "a map has two"),
        ((*GRIDS, "--grid", "gamma=1:2"), "a map has two"),
        (("--grid", "N=1:2", "--grid", "N=1:2"), "choose two parameters"),
        ((*GRIDS, "-s", "N=7"), "set by -s and by --grid"),
        (("--grid", "N=1:2:3", "--grid", "P=3:5"), "write NAME=START:STOP"),
        (("--grid", "N=2:1", "--grid", "P=3:5"), "START must be less"),
        (("--grid", "sigma2=0:1", "--grid", "P=3:5"), "greater than 0"),
        (("--grid", "d=2:9", "--grid", "P=3:5"), "unknown parameter 'd'"),
        ((*GRIDS, "--depth", "0"), "depth=0"),
        ((*GRIDS, "--depth", "13"), "depth=13"),
        ((*GRIDS, "-o", "map.pdf"), "must end in .svg, .png, .json, .npz"),
        ((*GRIDS, "-o", "missing/map.svg"), "cannot write missing/map.svg"),
    ],
)
def test_a_request_without_sense_is_refused(run, words, said):
    done = run(*MAP, *words)
    assert (done.status, done.out, done.files) == (2, "", [])
    assert said in done.err and done.err.count("\n") == 1


def test_ranges_are_exact():
    across, up = parse_ranges(["sigma2=0.1:1/3", "N=7:9"], "modular", ())
    assert (across.low, across.high, up.high) == (Fraction(1, 10), Fraction(1, 3), 9)
