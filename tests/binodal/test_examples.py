"""The examples run, and show what the README says."""

from __future__ import annotations

import runpy


def test_critical_points(repository_root, capsys):
    runpy.run_path(str(repository_root / "examples" / "critical_points.py"), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6 and all(line.endswith("[certified]") for line in lines)
    assert "0.178719" in lines[0] and "0.217099" in lines[3]


def test_phase_diagram(repository_root, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(repository_root / "examples" / "phase_diagram.py"), run_name="__main__")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["phase_diagram.nc", "phase_diagram.png"]
