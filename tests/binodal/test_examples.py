"""The examples run, and show what the README says."""

from __future__ import annotations

import ast
import json
import os
import runpy
import subprocess
import sys

import pytest

from tests.laws import cases


def test_critical_points(repository_root, capsys):
    runpy.run_path(str(repository_root / "examples" / "critical_points.py"), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6 and all(line.endswith("[certified]") for line in lines)
    assert "0.178719" in lines[0] and "0.217099" in lines[3]


def test_phase_diagram(repository_root, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(repository_root / "examples" / "phase_diagram.py"), run_name="__main__")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["phase_diagram.nc", "phase_diagram.png"]


@pytest.mark.parametrize("name", cases(["transition", "my_network", "my_activation"], every=2))
def test_notebooks_run(repository_root, tmp_path, name):
    """The code of all cells, one after another, and what a notebook shows of each last line."""
    notebook = json.loads((repository_root / "examples/notebooks" / f"{name}.ipynb").read_text())
    cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    assert not any(c.get("outputs") for c in notebook["cells"])
    program = "\n".join(map(_shown, cells))
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(repository_root), "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "<table" in done.stdout or "<p>" in done.stdout


def _shown(cell):
    """A cell whose last line, if it is an expression, is shown as a notebook would show it."""
    *lines, last = ast.parse(cell).body
    if isinstance(last, ast.Expr):
        shown = f"_last = {ast.unparse(last)}\nprint(getattr(_last, '_repr_html_', str)())"
        return "\n".join([*map(ast.unparse, lines), shown])
    return cell
