"""What is public says what it is."""

from __future__ import annotations

import pytest

from tests.repo.gates import missing_docstrings


def test_public_names_have_docstrings(repository):
    assert missing_docstrings(repository) == []


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("x = 1", "the module"),
        ('"""Doc."""\ndef f():\n    return 1', "f"),
        ('"""Doc."""\nasync def g():\n    return 1', "g"),
        ('"""Doc."""\nclass Action:\n    x = 1', "Action"),
    ],
)
def test_canary_without_docstring(tree, text, culprit):
    found = missing_docstrings(tree({"binodal/a.py": text}))
    assert len(found) == 1 and found[0].endswith(f": {culprit} has no docstring")


def test_private_names_need_none(tree):
    private = '"""Doc."""\ndef _f():\n    return 1\nclass _C:\n    x = 1\n'
    assert missing_docstrings(tree({"binodal/a.py": private})) == []
