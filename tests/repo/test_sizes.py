"""Files and functions stay small, and package files hold no logic."""

from __future__ import annotations

import pytest

from tests.repo.gates import (
    MAX_FILE_LINES,
    MAX_FUNCTION_LINES,
    logic_in_init,
    long_files,
    long_functions,
    no_packages,
)


def test_files_are_short(repository):
    assert long_files(repository) == []


def test_functions_are_short(repository):
    assert long_functions(repository) == []


def test_package_files_hold_a_docstring_alone(repository):
    assert logic_in_init(repository) == []


def test_folders_of_tests_are_packages(repository):
    assert no_packages(repository) == []


def test_canary_folder_of_tests(tree):
    root = tree({"tests/__init__.py": "", "tests/a/b/__init__.py": "", "tests/a/b/test_c.py": ""})
    assert no_packages(root) == ["tests/a: no __init__.py"]


def test_canary_long_file(tree):
    root = tree(
        {"derive/a.py": "x = 1\n" * MAX_FILE_LINES, "tests/b.py": "x = 1\n" * (MAX_FILE_LINES + 1)}
    )
    assert long_files(root) == [f"tests/b.py:1: {MAX_FILE_LINES + 1} lines"]


def test_canary_long_function(tree):
    fits = "def fits():\n" + "    x = 1\n" * (MAX_FUNCTION_LINES - 1)
    exceeds = "class C:\n    def exceeds(self):\n" + "        x = 1\n" * MAX_FUNCTION_LINES
    found = long_functions(tree({"numerics/a.py": fits + exceeds}))
    assert [line.split(": ")[1] for line in found] == [
        f"exceeds has {MAX_FUNCTION_LINES + 1} lines"
    ]


@pytest.mark.parametrize(
    "text", ["", "import os", '"""Doc."""\nx = 1', '"""Doc."""\nfrom a import b']
)
def test_canary_logic_in_init(tree, text):
    root = tree({"derive/deep/__init__.py": text, "numerics/__init__.py": '"""Doc."""\n'})
    assert logic_in_init(root) == ["derive/deep/__init__.py:1: holds more or less than a docstring"]


def test_generated_and_hidden_folders_are_not_read(tree):
    long = "x = 1\n" * (MAX_FILE_LINES + 1)
    assert (
        long_files(tree({".venv/a.py": long, "docs/_build/a.py": long, "report/a.py": long})) == []
    )
