"""The packages stand in a row, import to the left only, and use few third parties."""

from __future__ import annotations

import os

import pytest

from tests.repo.gates import accelerator_packages
from tests.repo.imports import (
    ROOMS,
    cycles,
    import_graph,
    inner_users,
    layer_violations,
    loading,
    misnamed,
    modules,
    room_of,
    undeclared,
)

PROJECT = """
[project]
dependencies = ["sympy>=1.14", "numpy>=2.0", "python-flint>=0.9"]
[project.optional-dependencies]
train = ["torch>=2.13"]
"""


def test_the_graph_is_not_empty(repository):
    found = modules(repository)
    assert {room_of(name) for name in found} == set(ROOMS)
    assert "binodal.derive.step" in import_graph(repository)["binodal.derive.derivation"]


def test_imports_go_left(repository):
    assert layer_violations(repository) == []


def test_no_ring_of_imports(repository):
    assert cycles(repository) == []


def test_nothing_inside_imports_the_api(repository):
    assert inner_users(repository, "binodal.api") == []


def test_what_is_loaded_when_asked_for_is_there(repository):
    assert misnamed(repository) == []


def test_third_parties_are_declared(repository):
    assert undeclared(repository) == []


@pytest.mark.skipif(not os.environ.get("CI"), reason="a user's own environment may have a GPU")
def test_no_accelerator_package_is_installed():
    assert accelerator_packages() == []


@pytest.mark.parametrize(
    ("name", "text", "culprit"),
    [
        ("derive/a.py", "import binodal.numerics.balls", "binodal.numerics"),
        ("derive/a.py", "from binodal.numerics import balls", "binodal.numerics"),
        ("derive/a.py", "def f():\n    import numpy as np", "numpy"),
        ("numerics/a.py", "from binodal.validate.data import draw", "binodal.validate"),
        ("numerics/deep/a.py", "import torch", "torch"),
        ("validate/a.py", "import binodal", "binodal"),
        ("validate/a.py", "import click", "click"),
        ("binodal/a.py", "import torch.nn", "torch"),
        ("binodal/a.py", "import tests.laws", "tests"),
        ("numerics/a.py", "from importlib import import_module\nimport_module('torch')", "torch"),
        ("derive/a.py", "x = 1\nm = __import__(f'binodal.{x}')", "binodal"),
        ("numerics/a.py", "x = Late('binodal.models.a', 'b')", "binodal.models"),
    ],
)
def test_canary_wrong_direction(tree, name, text, culprit):
    found = layer_violations(tree({name: text}))
    assert len(found) == 1
    assert found[0].startswith(name) and found[0].endswith(f"may not import {culprit}")


def test_what_is_allowed_passes(tree):
    allowed = {
        "derive/a.py": "import json\nimport sympy as sp\nfrom . import b\nfrom .b import x",
        "numerics/a.py": "import flint, mpmath, numpy, scipy.optimize\nimport binodal.derive.a",
        "validate/a.py": "import torch, zarr, safetensors.torch\nimport binodal.numerics.a",
        "binodal/a.py": "import click, latex2mathml, matplotlib.pyplot\nimport binodal.validate.a",
    }
    assert layer_violations(tree(allowed)) == []


def test_canary_ring(tree):
    ring = {
        "derive/__init__.py": "",
        "derive/a.py": "from binodal.derive import b",
        "derive/b.py": "from .a import x",
    }
    assert "derive.a" in cycles(tree(ring))[0]


def test_canary_ring_inside_a_function(tree):
    late = "def f():\n    from binodal.derive import a"
    found = cycles(tree({"derive/a.py": "import binodal.derive.b", "derive/b.py": late}))
    assert "binodal.derive.b" in found[0]


def test_imports_for_types_make_no_ring(tree):
    types = "if TYPE_CHECKING:\n    import binodal.derive.a"
    assert cycles(tree({"derive/a.py": "import binodal.derive.b", "derive/b.py": types})) == []


def test_canary_inside_user_of_the_api(tree):
    late = {"binodal/api.py": "", "binodal/a.py": "def f():\n    from binodal.api import solve"}
    assert inner_users(tree(late), "binodal.api") == ["binodal.a"]


@pytest.mark.parametrize("text", ["", "import b", "def f():\n    b = 1", "class B:\n    b = 1"])
def test_canary_nothing_to_load(tree, text):
    root = tree({"derive/a.py": text, "numerics/c.py": "x = Late('binodal.derive.a', 'b.of')"})
    assert misnamed(root) == ["binodal.numerics.c: there is no b.of in binodal.derive.a"]
    assert misnamed(tree({"derive/a.py": "b = 1"})) == []


def test_canary_undeclared(tree):
    root = tree({"pyproject.toml": PROJECT, "validate/a.py": "import flint, loky, torch"})
    assert undeclared(root) == ["binodal.validate.a: loky is not declared"]


def test_canary_extra_needed_at_import_through_another_module(tree):
    root = tree(
        {
            "pyproject.toml": PROJECT,
            "validate/net.py": "import torch",
            "binodal/late.py": "def f():\n    import binodal.validate.net",
            "binodal/early.py": "import binodal.validate.net",
            "binodal/cli.py": "from binodal.early import x",
        }
    )
    assert loading(root, "torch") == {"binodal.validate.net", "binodal.early", "binodal.cli"}
    assert [line.split(":")[0] for line in undeclared(root)] == ["binodal.cli", "binodal.early"]


@pytest.mark.parametrize("name", ["nvidia-cublas", "cuda_toolkit", "triton", "NVIDIA-nccl-cu13"])
def test_canary_accelerators(tree, name):
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    root = tree({f"{name.replace('-', '_')}-1.0.dist-info/METADATA": metadata})
    assert accelerator_packages(root) == [name.lower()]
    harmless = {"numpy-1.0.dist-info/METADATA": metadata.replace(name, "numpy")}
    assert len(accelerator_packages(tree(harmless))) == 1
