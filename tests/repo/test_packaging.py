"""What an installation holds, and how a checkout without links comes to its own."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOTS = ("derive", "numerics", "validate")


def expected(repository):
    """Names that the files of the four folders have in an installation."""
    roots = {root: f"binodal/{root}" for root in ROOTS} | {"binodal": "binodal"}
    for folder, installed in roots.items():
        for path in (repository / folder).rglob("*.*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield f"{installed}/{path.relative_to(repository / folder).as_posix()}"


def test_only_binodal_is_installed_and_nothing_of_it_is_missing(repository, tmp_path):
    pytest.importorskip("hatchling", reason="the build backend comes with the extra test")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=repository, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {Path(name).parts[0].partition("-")[0] for name in names} == {"binodal"}
    assert {name for name in names if ".dist-info/" not in name} >= set(expected(repository))


def test_each_folder_is_a_package_inside_binodal(repository):
    for root in ROOTS:
        assert (repository / "binodal" / root).resolve() == repository / root


@pytest.fixture
def hook(repository, monkeypatch):
    """The build hook's module; the backend itself is not needed for what it does."""
    interface = ModuleType("hatchling.builders.hooks.plugin.interface")
    interface.BuildHookInterface = dict
    parts = interface.__name__.split(".")
    for end in range(1, len(parts)):
        name = ".".join(parts[:end])
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, interface.__name__, interface)
    spec = spec_from_file_location("hatch_build", repository / "hatch_build.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def unpacked(tree):
    """A checkout in which Git made no links, and one of them is missing altogether."""
    files = {f"{root}/__init__.py": f'"""{root}"""' for root in ROOTS}
    return tree({**files, "binodal/derive": "../derive", "binodal/numerics": "../numerics"})


def test_links_are_made_where_git_made_none(hook, unpacked):
    for _ in range(2):
        hook.make_links(unpacked)
        for root in ROOTS:
            assert (unpacked / "binodal" / root / "__init__.py").read_text() == f'"""{root}"""'
            assert (unpacked / "binodal" / root).is_symlink()


def test_where_none_can_be_made_it_says_what_to_do(hook, unpacked, monkeypatch):
    def refuse(*given, **named):
        raise OSError(1, "not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    with pytest.raises(OSError, match="allow symbolic links and check out again, or install"):
        hook.make_links(unpacked)
