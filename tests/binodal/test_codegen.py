"""Generated files: every target and quantity inside its bound, standing alone, written whole."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from itertools import product
from math import log

import pytest

from binodal.api import codegen
from binodal.models.registry import model
from binodal.numerics.codegen.function import Function, fingerprint
from binodal.numerics.codegen.loaded import loaded
from binodal.numerics.codegen.targets import TARGETS
from binodal.numerics.errors import CodegenError
from binodal.version import VERSION
from tests import laws
from tests.numerics.codegen.law import PRECISIONS, results, single, violations
from tests.numerics.codegen.run import c_rows, node_rows, tool

THEORIES = ("published", "derived")
MODELS = ("teacher-student", "modular")

GENERIC = {
    "teacher-student": {
        "q": 5 / 7,
        "rho": 2 / 7,
        "y": 3 / 5,
        "b": 3 / 8,
        "c": -2 / 7,
        "kappa": 19 / 3,
        "N": 700.0,
        "n": 2900.0,
        "d": 151.0,
        "sigma2": 3 / 17,
        "sigma_w2": 4 / 7,
        "sigma_a2": 2 / 171,
        "epsilon": -3 / 11,
        "R1": 1 / 30,
        "R2": 1 / 200,
        "R3": 1 / 900,
    },
    "modular": {
        "x": 150.0,
        "x_v": 131.0,
        "u": 1 / 71,
        "a": 7 / 9,
        "lam": 2 / 31,
        "xy_mean": 1 / 17,
        "mass": 2 / 9,
        "N": 1009.0,
        "P": 5.0,
        "sigma2": 3 / 14,
        "sigma_a2": 1 / 490000,
        "gamma": 1 / 9000,
    },
}

EXTREME = {
    "teacher-student": (
        {"rho": 1e-9, "y": 1e-6, "q": 1e-7, "d": 3.0},
        {"rho": 0.5 - 1e-9, "y": 30.0, "q": 40.0, "d": 1e4},
        {"rho": 0.5 - 2e-6, "d": 2.0},
        {"kappa": 1e-12, "sigma2": 1e-9, "sigma_a2": 1e-9},
        {"kappa": 1e9, "sigma2": 1e9, "n": 1e8},
        {"sigma_w2": 1e-4, "rho": 1e-5},
        {"sigma_w2": 1e4},
    ),
    "modular": (
        {"P": 401.0},
        {"P": 401.0, "u": 9000**-0.5 * 1.001, "x": 96.0, "x_v": 95.0, "sigma_a2": 2e-6},
        {"u": 20.0, "gamma": 1e-8, "x": 4e9, "x_v": 3.5e9, "P": 401.0},
        {"lam": 1e-9, "mass": 1e-9, "a": 1e-6, "xy_mean": 1e-12, "sigma2": 1e-7},
        {"P": 3.0, "N": 1e7, "sigma2": 1e6},
    ),
}


def cases(name, theory, label):
    """Every quantity of a model as a function, with rows of points that are exact in the target."""
    points = [GENERIC[name], *({**GENERIC[name], **e} for e in EXTREME[name])]
    if label == "torch32":
        # 1/2 - 1e-9 is not in float32: it would round to the edge of the domain.
        points = [{k: single(v) for k, v in p.items()} for p in points]
        points = [p for p in points if p.get("rho") != 0.5]
    found = []
    for quantity, make in model(name).expressions().items():
        of = make(theory)
        function = Function(quantity.replace("-", "_"), of.values, tuple(of.arguments), of.notes)
        if quantity == "overlap-law":
            # Its note says that it cancels at strong coupling; at 1e9 no digit is left.
            chosen = [{**p, "kappa": min(p["kappa"], 1000.0)} for p in points]
        else:
            chosen = points
        found.append((function, [[p[a] for a in function.parameters] for p in chosen]))
    return found


@pytest.mark.parametrize(
    ("label", "name", "theory"), laws.cases(product(PRECISIONS, MODELS, THEORIES), every=5)
)
def test_every_target_agrees_on_every_quantity(label, name, theory, tmp_path):
    every = cases(name, theory, label)
    found = results(label, every, tmp_path)
    wrong = [
        v for (f, rows), r in zip(every, found, strict=True) for v in violations(label, f, rows, r)
    ]
    assert wrong == []


def test_the_action_is_the_derived_one():
    """An independent evaluation of S/d: the definition of the relaxed action by hand at a point."""
    action = loaded(codegen("teacher-student", "action", target="numpy"), "action")
    rho, b, c, kappa, width = 0.3, 0.4, -0.25, 7.0, 0.6
    cost = rho / (2 * width * (1 - 2 * rho)) - log(1 - 2 * rho) / 2
    expected = cost - kappa * rho * (b - 2 * c * rho) ** 2
    assert action(rho, b, c, kappa, width)[0] == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", MODELS)
def test_a_file_says_where_it_comes_from(name, target):
    """Version, quantity, theory, hash, the functions that derived it, and what it assumes."""
    for quantity, make in model(name).expressions().items():
        of = make("published")
        text = codegen(name, quantity, target=target, theory="published")
        assert f"binodal {VERSION}: {name} {quantity}, published theory." in text
        assert f"expressions {fingerprint(of.values)}." in text
        ((module, functions),) = re.findall(
            r"(?m)^(?:#|//) Derived in ([\w.]+): ([\w, ]+)\.$", text
        )
        for function in functions.split(", "):
            assert callable(getattr(importlib.import_module(module), function))
        assumed = re.findall(r"(?m)^(?:#|//) Assumes (.+)$", text)
        assert assumed == [n.removeprefix("Assumes ") for n in of.notes if n.startswith("Assumes ")]
        assert assumed


@pytest.mark.parametrize(
    "target", laws.cases([t.name for t in TARGETS.values() if t.language == "python"], every=2)
)
def test_a_python_file_stands_alone(run, tmp_path, target):
    """A fresh interpreter outside the repository that cannot import this package runs it."""
    if target == "torch":
        pytest.importorskip("torch")
    options = ("--target", target, "-o", "code.py")
    assert run("codegen", "teacher-student", "finite-d", *options).status == 0
    number = {"arb": "flint.arb", "mpmath": "mpmath.mpf"}.get(target, "float")
    values = ", ".join(f"{number}({v})" for v in (0.6, 0.4, -0.3, 7.0, 151.0, 0.5))
    library = {"arb": "flint", "mpmath": "mpmath"}.get(target, "math")
    program = (
        "import sys\nfor name in ('binodal', 'numerics', 'derive', 'validate'):\n"
        f"    sys.modules[name] = None\nimport {library}\nfrom code import *\n"
    )
    (tmp_path / "generated.py").write_text((tmp_path / "code.py").read_text("utf-8"), "utf-8")
    program = program.replace("from code", "from generated")
    program += f"print(float(finite_d({values})[0]))"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, timeout=60
    )
    assert ran.stderr == ""
    expected = loaded(codegen("teacher-student", "finite-d", target="numpy"), "finite_d")
    assert float(ran.stdout) == pytest.approx(
        expected(0.6, 0.4, -0.3, 7.0, 151.0, 0.5)[0], rel=1e-13
    )


def test_the_written_c_and_javascript_files_work(run, tmp_path):
    """What the documentation tells users to type."""
    tool("cc", "gcc", "clang"), tool("node")
    for target, path in (("c", "action.c"), ("javascript", "action.mjs")):
        ran = run("codegen", "teacher-student", "action", "--target", target, "-o", path)
        assert (ran.status, ran.out, ran.err) == (0, "", "")
    action, rows = cases("teacher-student", "derived", "c")[0]
    module = (tmp_path / "action.mjs").read_text("utf-8")
    (by_node,) = node_rows(module, [(action, rows)], tmp_path)
    command = "cc -O2 -shared -fPIC action.c -o action.so -lm"
    assert subprocess.run(command.split(), cwd=tmp_path, timeout=60).returncode == 0
    assert violations("javascript", action, rows, by_node) == []
    assert violations("c", action, rows, c_rows(action, rows, tmp_path)) == []
    assert (tmp_path / "action.so").exists()


def test_unknown_targets_are_one_line(run):
    ran = run("codegen", "teacher-student", "action", "--target", "fortran")
    assert ran.status == 2 and ran.err.count("\n") == 1 and "javascript" in ran.err


def test_a_failure_leaves_the_old_file(run, tmp_path, monkeypatch):
    (tmp_path / "code.py").write_text("mine")

    def fail(*_: object) -> None:
        raise CodegenError("no row")

    monkeypatch.setattr("binodal.numerics.codegen.module.source", fail)
    ran = run("codegen", "teacher-student", "action", "--target", "numpy", "-o", "code.py")
    assert ran.status == 2 and ran.files == ["code.py"]
    assert (tmp_path / "code.py").read_text() == "mine"
