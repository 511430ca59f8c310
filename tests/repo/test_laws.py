"""What `make laws` alone tries is tried by another test in `make test`."""

from __future__ import annotations

import ast
from pathlib import Path


def stands(path: Path) -> dict[str, str | None]:
    """The tests of a file, and beside which test each stands, if beside one."""
    found: dict[str, str | None] = {}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            besides = [
                ast.literal_eval(mark.args[0])
                for mark in node.decorator_list
                if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith("beside")
            ]
            found[node.name] = besides[0] if besides else None
    return found


def violations(root: Path) -> list[str]:
    """Tests that are left out beside one that is not there, or that is left out as well."""
    found = []
    for path in sorted((root / "tests").rglob("test_*.py")):
        for name, other in stands(path).items():
            if other is None:
                continue
            file, _, test = other.rpartition("::")
            there = stands(root / file if file else path)
            if test not in there or there[test] is not None:
                found.append(f"{path.relative_to(root)}: {name} stands beside {other}")
    return found


def test_every_test_that_is_left_out_stands_beside_one_that_is_not(repository_root):
    assert violations(repository_root) == []


def test_canary_beside_nothing(tmp_path):
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_a.py").write_text(
        "def test_one(): ...\n\n\n@beside('test_one')\ndef test_two(): ...\n"
        "\n\n@beside('test_two')\ndef test_three(): ...\n"
        "\n\n@beside('gone')\ndef test_four(): ...\n"
    )
    (folder / "test_b.py").write_text("@beside('tests/test_a.py::test_one')\ndef test_one(): ...\n")
    assert violations(tmp_path) == [
        "tests/test_a.py: test_three stands beside test_two",
        "tests/test_a.py: test_four stands beside gone",
    ]
