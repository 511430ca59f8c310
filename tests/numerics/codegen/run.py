"""Running generated code of every target as its users would, at rows of numbers."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from flint import arb
from mpmath import mp

from binodal.numerics.balls import precision
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.layout_javascript import javascript_text
from binodal.numerics.codegen.loaded import loaded
from binodal.numerics.codegen.module import source
from binodal.numerics.codegen.targets import TARGETS, C, Target

Rows = Sequence[Sequence[float]]
Results = list[list[Any]]

CC = ("-std=c99", "-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC")
_NODE = """
import {{ readFileSync }} from "fs";
const functions = await import({module});
const answers = JSON.parse(readFileSync({rows}, "utf8")).map(
  ([name, rows]) => rows.map((row) => functions[name](...row).map(String)));
console.log(JSON.stringify(answers));
"""


def tool(*names: str) -> str:
    """Path of the first installed tool; the test is skipped where none is."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"needs {' or '.join(names)}")
    return found


def text_of(function: Function, target: Target) -> str:
    """The file of a function for a target."""
    return source(function.name, function.expressions, function.arguments, target, function.notes)


def python_rows(
    function: Function, target: Target, rows: Rows, number: Callable[[float], Any]
) -> Results:
    """Results of a Python target, its arguments made by ``number``."""
    call = loaded(text_of(function, target), function.name)
    return [list(call(*map(number, row))) for row in rows]


def ball_rows(function: Function, rows: Rows, bits: int) -> Results:
    """Enclosures from the ball target at a precision; the arguments are exact."""
    with precision(bits):
        return python_rows(function, TARGETS["arb"], rows, arb)


def mp_rows(function: Function, rows: Rows, bits: int, target: Target) -> Results:
    """Results of the mpmath target at a precision, as exact balls."""
    with mp.workprec(bits):
        values = python_rows(function, target, rows, mp.mpf)
    with precision(bits + 20):
        return [[arb(mp.nstr(v, bits // 3 + 4)) for v in row] for row in values]


def torch_rows(function: Function, rows: Rows, dtype: str, target: Target) -> Results:
    """Results of the torch target from scalar tensors of one type, as Python floats."""
    torch = pytest.importorskip("torch")
    kind = getattr(torch, dtype)
    values = python_rows(function, target, rows, lambda v: torch.tensor(v, dtype=kind))
    assert all(v.dtype == kind for row in values for v in row)
    return [[float(v) for v in row] for row in values]


def library(text: str, folder: Path, flags: Sequence[str] = CC) -> ctypes.CDLL:
    """C code compiled with every warning as an error, and loaded."""
    # A name of its own: a library that is still loaded must not be overwritten.
    own = Path(mkdtemp(dir=folder))
    code, built = own / "code.c", own / "code.so"
    code.write_text(text, "utf-8")
    command = [tool("cc", "gcc", "clang"), *flags, str(code), "-o", str(built), "-lm"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ctypes.CDLL(str(built))


def c_rows(function: Function, rows: Rows, folder: Path, target: Target = C) -> Results:
    """Results of the array function in C; the scalar function must agree to the last bit."""
    code = library(text_of(function, target), folder)
    kind, width = ctypes.c_double * len(rows), len(function.expressions)
    columns = [kind(*column) for column in zip(*rows, strict=True)]
    outputs = [kind() for _ in range(width)]
    getattr(code, f"{function.name}_n")(ctypes.c_size_t(len(rows)), *columns, *outputs)
    results = [list(row) for row in zip(*outputs, strict=True)]
    scalar = getattr(code, function.name)
    scalar.restype = ctypes.c_double if width == 1 else None
    for row, expected in zip(rows, results, strict=True):
        numbers = [ctypes.c_double(v) for v in row]
        if width == 1:
            assert str(scalar(*numbers)) == str(expected[0])
        else:
            pointers = [ctypes.c_double() for _ in range(width)]
            scalar(*numbers, *map(ctypes.byref, pointers))
            assert [str(p.value) for p in pointers] == [str(e) for e in expected]
    return results


def javascript_rows(
    cases: Sequence[tuple[Function, Rows]], folder: Path, target: Target
) -> list[Results]:
    """Results of several functions from one module, by node."""
    return node_rows(javascript_text([f for f, _ in cases], target), cases, folder)


def node_rows(module: str, cases: Sequence[tuple[Function, Rows]], folder: Path) -> list[Results]:
    """Results of a module's functions, by node; nothing but the module is loaded."""
    path, data = folder / "module.mjs", folder / "rows.json"
    path.write_text(module, "utf-8")
    data.write_text(json.dumps([[f.name, [list(r) for r in rows]] for f, rows in cases]), "utf-8")
    script = _NODE.format(module=json.dumps(path.as_uri()), rows=json.dumps(str(data)))
    command = [tool("node"), "--input-type=module", "-e", script]
    environment = {"PATH": os.environ.get("PATH", "")}
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert ran.returncode == 0, ran.stderr
    answers = json.loads(ran.stdout)
    parsed = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}
    return [[[float(parsed.get(v, v)) for v in row] for row in rows] for rows in answers]
