"""A run of pytest on the copy of a checkout, in a process that never imported the copy before."""

from __future__ import annotations

import gc
import os
import sys
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


def run_pytest(files: list[str], plugin: object, *options: str) -> int:
    """The exit code of pytest on some files of the copy."""
    return int(pytest.main([*_OPTIONS, *options, *files], plugins=[plugin]))
