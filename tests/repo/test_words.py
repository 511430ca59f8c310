"""The repository stands alone, and nothing in it runs text or files as programs."""

from __future__ import annotations

import pytest

from tests.repo.gates import deaf_integrals, foreign_words, unsafe_code
from tests.repo.remote import remote_resources


def test_nothing_outside_is_named(repository):
    assert foreign_words(repository) == []


def test_nothing_unsafe_is_called(repository):
    assert unsafe_code(repository) == []


# The halves are joined here, so that this file itself names nothing.
@pytest.mark.parametrize(
    "word",
    [
        "../" + "shared/theory.md",
        "see /" + "work/main",
        "farm" + "-run",
        "/" + "root/.config",
        '"/' + 'tmp/x"',
        "/" + "home/ann/x",
        "issue" + " #12",
        "<" * 7 + " HEAD",
        "https://" + "pypi" + ".org/simple",
        "files." + "pythonhosted" + ".org",
    ],
)
def test_canary_foreign_word(tree, word):
    found = foreign_words(tree({"docs/a.md": f"first\nsecond {word}\n"}))
    assert len(found) == 1 and found[0].startswith("docs/a.md:2:")


def test_harmless_words_pass(tree):
    harmless = "a/work/b, network/home, ./tmp/x, issued 12, firefarm-x is no tool, ../share/doc"
    assert foreign_words(tree({"a.txt": harmless.replace("firefarm-x", "firefarms")})) == []


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("y = eval('1')", "calls eval"),
        ("exec('x = 1')", "calls exec"),
        ("import builtins\nbuiltins.eval('1')", "calls builtins.eval"),
        ("import sympy as sp\nsp.sympify('x')", "calls sympify"),
        ("import sympy as sp\nsp.parse_expr('x')", "calls parse_expr"),
        ("import sympy as sp\nsp.S(text)", "calls S on"),
        ("from sympy import sympify", "imports sympy.sympify"),
        ("from sympy.parsing.sympy_parser import parse_expr as p", "imports sympy.parsing"),
        ("import pickle", "imports pickle"),
        ("def f():\n    from pickle import loads", "imports pickle.loads"),
        ("import importlib\nimportlib.import_module('pickle')", "imports pickle"),
        ("import numpy as np\nnp.load('a', allow_pickle=True)", "loads with allow_pickle=True"),
        ("import torch\ntorch.load('a', weights_only=False)", "loads with weights_only=False"),
    ],
)
def test_canary_unsafe_code(tree, text, culprit):
    found = unsafe_code(tree({"validate/a.py": text}))
    assert len(found) == 1 and culprit in found[0]


def test_safe_namesakes_pass(tree):
    safe = "net.eval()\nexpr.evalf()\nsp.S(-1)\nsp.S.One\nnp.load('a', allow_pickle=False)\n"
    assert unsafe_code(tree({"validate/a.py": safe})) == []


def test_no_integral_is_deaf_to_signals(repository):
    assert deaf_integrals(repository) == []


def test_canary_deaf_integral(tree):
    found = deaf_integrals(tree({"numerics/a.py": "acb.integral(f, 0, 1)\nintegral(f, 0, 1)\n"}))
    assert len(found) == 1 and found[0].startswith("numerics/a.py:1:")


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://cdn.example/a.js"></script>',
        "<link rel=stylesheet href=//fonts.example/a.css>",
        '<img alt="x" src="http://example/a.png">',
        "<style>@import url('https://fonts.example/a.css')</style>",
        "<style>body { background: url(https://example/a.png) }</style>",
    ],
)
def test_canary_remote_resource(tree, page):
    assert remote_resources(tree({"index.html": page})) != []


def test_local_resources_and_links_pass(tree):
    page = '<script src="_static/a.js"></script><a href="https://example/">x</a><img src="a.png">'
    assert remote_resources(tree({"index.html": page})) == []
