"""A run of pytest on the copy of a checkout, in a process that never imported the copy before."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# What is warm already was imported before pytest could rewrite its assertions.
_LOADED = "ignore::pytest.PytestAssertRewriteWarning"
_PLUGINS = ("-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin")
_OPTIONS = ("-q", *_PLUGINS, "-W", _LOADED)


def enter(root: Path) -> None:
    """Stand in the copy and forget the tests of the checkout."""
    os.chdir(root)
    # Other installed plugins take longer to load than most tests to run; so does a collection of
    # the garbage of what was loaded before the fork.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    gc.freeze()
    for name in [n for n in sys.modules if n.split(".")[0] == "tests"]:
        del sys.modules[name]
    sys.path.insert(0, str(root))


@contextmanager
def quiet() -> Iterator[None]:
    """No output of this process, of its forks and of what it starts."""
    kept = {stream: os.dup(stream) for stream in (1, 2)}
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        for stream in kept:
            os.dup2(nothing, stream)
        yield
    finally:
        for stream, copy in kept.items():
            os.dup2(copy, stream)
            os.close(copy)
        os.close(nothing)


def _of(module: object, root: Path) -> bool:
    """Whether a module was imported from the copy; its name need not tell."""
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and Path(file).is_relative_to(root)


@contextmanager
def visit(root: Path) -> Iterator[None]:
    """Stand in the copy for a while; what was imported from it is forgotten."""
    here, path = Path.cwd(), [*sys.path]
    enter(root)
    try:
        yield
    finally:
        for name in [n for n, m in sys.modules.items() if _of(m, root)]:
            del sys.modules[name]
        os.chdir(here)
        sys.path[:] = path


def run_pytest(files: list[str], plugin: object, *options: str) -> int:
    """The exit code of pytest on some files of the copy."""
    return int(pytest.main([*_OPTIONS, *options, *files], plugins=[plugin]))
