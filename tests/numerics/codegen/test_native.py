"""Compiled C: the same numbers, one compilation, no half-written files, a fallback."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest
import sympy as sp

from binodal.derive.symbols import b, c, kappa, rho, sigma_w2
from binodal.models.teacher_student.derivations.action import action
from binodal.numerics.codegen import library
from binodal.numerics.codegen.blocks import blocked
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.library import build, cache_folder
from binodal.numerics.codegen.load import compiled
from binodal.numerics.codegen.native import native
from binodal.numerics.errors import CodegenError
from tests.compilers import needs_compiler
from tests.numerics.codegen.law import violations

PAIR = {"S": action("derived").density(), "S1": action("derived").slope()}
ARGUMENTS = (rho, b, c, kappa, sigma_w2)
AT = (0.3, -0.3, 19.0, 0.5)


@needs_compiler
def test_compiled_code_obeys_the_law(tmp_path):
    """With fused multiply-adds and vector instructions, over the whole domain."""
    rng = np.random.default_rng(5)
    places = [*rng.uniform(0, 0.5, 60), *(10.0 ** -np.arange(1.0, 20.0)), 0.5 - 1e-9, 0.0]
    rows = [(float(x), *AT) for x in places]
    found = native("pair", PAIR, ARGUMENTS, tmp_path)(np.array(places), *AT)
    table = [list(map(float, row)) for row in zip(*found, strict=True)]
    assert violations("c", Function("pair", PAIR, ARGUMENTS), rows, table) == []


@needs_compiler
def test_arguments_broadcast_as_in_numpy(tmp_path):
    x, k = np.linspace(0.01, 0.49, 301)[:, None], np.array([0.5, 2.0, 19.0])
    ours = native("pair", PAIR, ARGUMENTS, tmp_path)(x, 0.3, -0.3, k, 0.5)
    theirs = blocked(compiled("pair", PAIR, ARGUMENTS, "numpy"), 2, x, 0.3, -0.3, k, 0.5)
    for value, expected in zip(ours, theirs, strict=True):
        assert value.shape == (301, 3)
        assert value == pytest.approx(expected, rel=1e-12, abs=1e-14)
    (value, _) = native("pair", PAIR, ARGUMENTS, tmp_path)(0.25, *AT)
    assert value.shape == () and float(value) == pytest.approx(float(ours[0][150, 2]))
    with pytest.raises(TypeError, match="sigma_w2"):
        native("pair", PAIR, ARGUMENTS, tmp_path)(0.25)


@needs_compiler
def test_the_edges_of_the_logarithm_are_those_of_the_library(tmp_path):
    z = sp.Symbol("z", real=True)
    places = np.array([-1.0, -2.0, 0.0, np.inf, np.nan, 1e300, -(2.0**-60), 5e-324])
    with np.errstate(all="ignore"):
        expected = np.log1p(places)
    (value,) = native("f", {"log": sp.log(1 + z)}, (z,), tmp_path)(places)
    assert np.array_equal(value, expected, equal_nan=True)


@needs_compiler
def test_a_file_is_compiled_once_and_whole(tmp_path, monkeypatch):
    text = "double f(double x) { return x; }\n"
    first = build(text, tmp_path)
    stamp = first.stat().st_mtime_ns
    assert build(text, tmp_path) == first and first.stat().st_mtime_ns == stamp
    assert build(text + "\n", tmp_path) != first
    with pytest.raises(CodegenError, match=r"failed: .*error"):
        build("double f(double x) { return y; }\n", tmp_path)
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".so", ".so"]
    monkeypatch.setattr(library, "FLAGS", (*library.FLAGS, "-g"))
    assert build(text, tmp_path) != first


def test_the_cache_follows_the_user(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "binodal" / "native"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_folder() == tmp_path / "home" / ".cache" / "binodal" / "native"


def test_without_a_compiler_nothing_is_built(tmp_path, monkeypatch):
    monkeypatch.setenv("CC", str(tmp_path / "no-such-compiler"))
    with pytest.raises(CodegenError, match="no C compiler"):
        native("pair", PAIR, ARGUMENTS, tmp_path)
    assert list(tmp_path.iterdir()) == []


@needs_compiler
@pytest.mark.parametrize("hurt", [0, 1, 4000, -1, "flipped"])
def test_a_damaged_file_is_built_again_and_never_loaded(tmp_path, hurt):
    """Mapping a cut one and calling into it would end the process, without a word, by SIGBUS."""
    text = "double f(double x) { return 3.0 * x; }\n"
    built = build(text, tmp_path)
    whole = built.read_bytes()
    built.chmod(0o600)
    damaged = whole[:hurt] if isinstance(hurt, int) else whole[:900] + b"?" + whole[901:]
    built.write_bytes(damaged)
    assert build(text, tmp_path) == built and built.read_bytes() == whole
    f = library.load(text, tmp_path).f
    f.argtypes, f.restype = [ctypes.c_double], ctypes.c_double
    assert f(2.0) == 6.0


@needs_compiler
def test_a_folder_in_its_place_makes_room(tmp_path):
    """Where it did not, other code ran instead, and drew other numbers without a word."""
    text = "double f(double x) { return 3.0 * x; }\n"
    built = build(text, tmp_path)
    built.unlink()
    built.mkdir()
    (built / "left").write_text("by something else")
    assert build(text, tmp_path) == built and built.is_file()


@needs_compiler
def test_a_cache_in_which_nothing_can_be_built_is_dispensable(tmp_path, monkeypatch):
    """A full disk, say: the same code runs from a folder of the process."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    honest = library._built

    def full(text, path, name, place):
        if place == tmp_path / "binodal" / "native":
            raise OSError(28, "No space left on device")
        return honest(text, path, name, place)

    monkeypatch.setattr(library, "_built", full)
    f = library.load("double f(double x) { return 5.0 * x; }\n").f
    f.argtypes, f.restype = [ctypes.c_double], ctypes.c_double
    assert f(2.0) == 10.0


@needs_compiler
def test_what_others_can_write_is_not_loaded(tmp_path):
    text = "double f(double x) { return 3.0 * x; }\n"
    built = build(text, tmp_path)
    built.chmod(0o722)
    assert build(text, tmp_path).stat().st_mode & 0o777 == 0o700
    built.rename(tmp_path / "elsewhere")
    built.symlink_to(tmp_path / "elsewhere")
    assert not build(text, tmp_path).is_symlink()
    tmp_path.chmod(0o770)
    with pytest.raises(CodegenError, match="others can write there"):
        build(text, tmp_path)


def test_a_cache_that_is_not_the_user_s_alone_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "binodal" / "native"
    cache_folder().chmod(0o777)
    other = cache_folder()
    assert other != tmp_path / "binodal" / "native" and other.stat().st_mode & 0o77 == 0


def test_without_a_home_there_is_a_place_too(monkeypatch):
    def no_home() -> None:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(library.Path, "home", no_home)
    assert cache_folder().is_dir()


@needs_compiler
def test_a_folder_that_cannot_be_written_is_an_error_but_the_cache_is_dispensable(
    tmp_path, monkeypatch
):
    blocked_by = tmp_path / "file"
    blocked_by.write_text("not a folder")
    with pytest.raises(CodegenError, match="no place for compiled code"):
        native("pair", PAIR, ARGUMENTS, blocked_by)
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked_by))
    (value, _) = native("pair", PAIR, ARGUMENTS)(np.array([0.1, 0.4]), *AT)
    assert value.shape == (2,)
