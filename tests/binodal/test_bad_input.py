"""Requests that make no sense: one line, exit status 2, nothing printed, nothing written."""

from __future__ import annotations

import pytest

CRITICAL = ("critical", "teacher-student", "--preset", "fig2", "--event", "birth")
CROSSING = ("critical", "modular", "--preset", "fig3", "--event", "crossing")
SOLVE = ("solve", "teacher-student", "--preset", "fig2")
SHARE = ("--pairs", "subset", "--group")
SWEEP = ("sweep", "teacher-student", "--preset", "fig2", "-o", "out.nc")
CODE = ("codegen", "teacher-student", "action", "--target", "numpy")

MODULAR = ("solve", "modular", "--preset", "fig3")
CASES = {
    "negative variance": ((*CRITICAL, "-s", "sigma_w2=-1"), "sigma_w2=-1"),
    "zero variance": ((*SOLVE, "-s", "sigma2=0"), "greater than 0"),
    "zero readout variance": ((*SOLVE, "-s", "sigma_a2=0/5"), "sigma_a2"),
    "nan": ((*SOLVE, "-s", "sigma2=nan"), "not a finite number"),
    "NaN": ((*SOLVE, "-s", "epsilon=NaN"), "epsilon"),
    "infinity": ((*SOLVE, "-s", "sigma2=inf"), "not a finite number"),
    "minus infinity": ((*SOLVE, "-s", "epsilon=-Infinity"), "not a finite number"),
    "word": ((*SOLVE, "-s", "sigma2=abc"), "'abc'"),
    "expression": ((*SOLVE, "-s", "sigma2=1+1"), "not a finite number"),
    "code": ((*SOLVE, "-s", "sigma2=__import__('os')"), "not a finite number"),
    "underscores": ((*SOLVE, "-s", "n=1_000"), "not a finite number"),
    "digits of another script": ((*SOLVE, "-s", "n=٣"), "not a finite number"),
    "two lines": ((*SOLVE, "-s", "n=1\n2"), "not a finite number"),
    "empty value": ((*SOLVE, "-s", "sigma2="), "not a finite number"),
    "no value": ((*SOLVE, "-s", "sigma2"), "NAME=VALUE"),
    "zero denominator": ((*SOLVE, "-s", "sigma2=1/0"), "denominator"),
    "huge exponent": ((*SOLVE, "-s", "sigma2=1e9999"), "exponent"),
    "endless number": ((*SOLVE, "-s", "n=" + "9" * 5000), "characters"),
    "too large": ((*SOLVE, "-s", "n=1e31"), "1e30"),
    "unknown parameter": ((*SOLVE, "-s", "P=401"), "unknown parameter 'P'"),
    "option as a parameter": ((*SOLVE, "-s", "beta=2"), "unknown parameter 'beta'"),
    "argument as a parameter": ((*SOLVE, "-s", "theory=2"), "unknown parameter 'theory'"),
    "event as a parameter": (
        ("ladder", "teacher-student", "--preset", "fig2", "-s", "event=2"),
        "unknown parameter 'event'",
    ),
    "one dimension": ((*SOLVE, "-s", "d=1"), "at least 2"),
    "no neuron": ((*SOLVE, "-s", "N=0"), "at least 1"),
    "missing parameters": (("solve", "teacher-student", "-s", "N=7"), "missing parameter 'n'"),
    "twice": ((*SOLVE, "-s", "sigma2=0.1", "-s", "sigma2=0.1"), "sigma2 is given twice"),
    "preset twice": ((*SOLVE, "--preset", "fig2"), "--preset is given twice"),
    "set and grid": ((*SWEEP, "-s", "n=10", "--grid", "n=1:2:3"), "n is given twice"),
    "share twice": (
        (*MODULAR, "-s", "data_fraction=1/2", "--data-fraction", "1/3"),
        "data_fraction is given twice",
    ),
    "share of all pairs": (
        (*MODULAR, "--pairs", "all", "--data-fraction", "1/3"),
        "unknown parameter 'data_fraction'",
    ),
    "share of other data": ((*SOLVE, "--data-fraction", "1/3"), "unknown parameter"),
    "two equal grids": ((*SWEEP, "--grid", "n=1:2:3", "--grid", "n=1:2:3"), "n is given twice"),
    "no digits": ((*CRITICAL, "--digits", "0"), "digits=0"),
    "too many digits": ((*CRITICAL, "--digits", "4001"), "from 1 to 4000"),
    "digits no number": ((*CRITICAL, "--digits", "many"), "'many'"),
    "empty grid": ((*SWEEP, "--grid", "sigma2=0.1:0.3:0"), "grid is empty"),
    "reversed grid": ((*SWEEP, "--grid", "sigma2=0.3:0.1:5"), "START must be less"),
    "grid of one": ((*SWEEP, "--grid", "sigma2=0.1:0.3:1"), "START = STOP"),
    "grid half a point": ((*SWEEP, "--grid", "sigma2=0.1:0.3:2.5"), "whole number"),
    "grid without parts": ((*SWEEP, "--grid", "sigma2=0.1"), "START:STOP:COUNT"),
    "grid of unknown": ((*SWEEP, "--grid", "P=1:2:3"), "unknown parameter 'P'"),
    "grid out of range": ((*SWEEP, "--grid", "sigma2=-0.1:0.3:5"), "greater than 0"),
    "grid nan": ((*SWEEP, "--grid", "sigma2=nan:0.3:5"), "not a finite number"),
    "too many cells": ((*SWEEP, "--grid", "n=1:2:9999", "--grid", "N=1:2:9999"), "at most"),
    "negative workers": ((*SWEEP, "--grid", "n=1:2:3", "--workers", "-1"), "workers=-1"),
    "workers and cluster": (
        (*SWEEP, "--grid", "n=1:2:3", "--workers", "2", "--scheduler", "tcp://127.0.0.1:1"),
        "give one of them",
    ),
    "no grid": (SWEEP, "--grid"),
    "missing folder": ((*CODE, "-o", "missing/code.py"), "cannot write missing/code.py"),
    "a folder": ((*CODE, "-o", "."), "not a regular file"),
    "a device": ((*CODE, "-o", "/dev/null"), "not a regular file"),
    "kernel file system": ((*CODE, "-o", "/proc/code.py"), "cannot write"),
    "folder of a report": (("reproduce", "-o", "/dev/null/report"), "cannot write"),
    "unknown command": (("solv",), "No such command"),
    "unknown model": (("solve", "perceptron"), "'perceptron'"),
    "unknown option": ((*SOLVE, "--fast"), "--fast"),
    "no model": (("solve",), "MODEL"),
    "no event": (CRITICAL[:4], "--event"),
    "unknown preset": (("solve", "teacher-student", "--preset", "fig9"), "fig2"),
    "another model's preset": (("solve", "teacher-student", "--preset", "fig3"), "modular"),
    "unknown event": ((*CRITICAL[:4], "--event", "death"), "birth"),
    "unknown direction": ((*CRITICAL, "--along", "P"), "unknown parameter 'P'"),
    "direction of another limit": (
        (*CROSSING, "--pairs", "subset", "--limit", "finite"),
        "add --along data-fraction",
    ),
    "event of other pairs": (CROSSING, "add --pairs subset or choose birth"),
    "unknown theory": ((*SOLVE, "--theory", "true"), "published"),
    "unknown limit": ((*SOLVE, "--limit", "none"), "thermodynamic"),
    "unknown quantity": (("derive", "teacher-student", "force"), "action"),
    "unknown expression": (("codegen", "teacher-student", "force", "--target", "arb"), "action"),
    "unknown target": ((*CODE[:3], "--target", "fortran"), "numpy"),
    "mass without size": ((*CRITICAL[:4], "--event", "mass"), "--limit finite"),
    "fraction of more than all": ((*CRITICAL, "--fraction", "3/2"), "between 0 and 1"),
    "alpha alone": ((*SOLVE, "--alpha", "2"), "without beta"),
    "beta zero": ((*SOLVE, "--beta", "0"), "beta=0"),
}


@pytest.mark.parametrize("name", CASES)
def test_one_line_and_status_2(run, name):
    arguments, words = CASES[name]
    ran = run(*arguments)
    assert (ran.status, ran.out, ran.files) == (2, "", [])
    assert ran.err.startswith("binodal: ") and ran.err.count("\n") == 1 and ran.err.endswith("\n")
    assert words in ran.err


def test_a_read_only_file_is_not_replaced(run, monkeypatch, tmp_path):
    (tmp_path / "code.py").write_text("mine")
    monkeypatch.setattr("binodal.page.output.os.access", lambda *_: False)
    ran = run(*CODE, "-o", "code.py")
    assert ran.status == 2 and "permission denied" in ran.err
    assert (tmp_path / "code.py").read_text() == "mine"
