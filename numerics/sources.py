"""Which files a module depends on: its own, those of all that it imports, and the data beside them.

Imports are read from the text, those inside functions too, and so are the modules that strings name
("binodal.x.y", or "binodal.x.{name}" for any of a package). What the functions in a model's
``model.py``, ``parameters.py`` and ``subset.py`` load is left out: :func:`loads` says what each of
them does.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, MethodType
from typing import Any

from binodal.numerics.disk import digest

OWN = "binodal"
_IMPORT = re.compile(
    r"^(?P<late>[ \t]*)(?:from (?P<origin>\w[\w.]*) import (?P<names>\([^)]*\)|[^\n]+)"
    r"|import (?P<whole>\w[\w.]*))",
    re.MULTILINE,
)
_FOR_TYPES = re.compile(r"^if TYPE_CHECKING:\n(?:(?:[ \t][^\n]*)?\n)*", re.MULTILINE)
_STRING = re.compile(r'"(\w+(?:\.\w+)+)"')
_CHOSEN = re.compile(r'"(binodal\.[\w.]*)\{[^"]*\}([\w.]*)"')
_ABILITIES = re.compile(r"binodal\.models\.\w+\.(model|parameters|subset)")


@cache
def _folder(package: str) -> Path | None:
    """Where a package of the top stands."""
    spec = find_spec(package)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


@cache
def file_of(module: str) -> Path | None:
    """Where a module stands, if it is one of a package.

    >>> file_of("binodal.numerics.sources").name, file_of("binodal.nowhere")
    ('sources.py', None)
    """
    package, *parts = module.split(".")
    folder = _folder(package)
    if folder is None:
        return None
    place = folder.joinpath(*parts)
    candidates = [place / "__init__.py", *([place.with_suffix(".py")] if parts else [])]
    return next((path for path in candidates if path.is_file()), None)


@cache
def references(module: str) -> frozenset[str]:
    """The modules of its own package and of binodal that a module names."""
    path = file_of(module)
    if path is None:
        return frozenset()
    text = _FOR_TYPES.sub("", path.read_text("utf-8"))
    early = _ABILITIES.fullmatch(module) is not None
    named = set() if early else {*_STRING.findall(text), *_chosen(text)}
    for match in _IMPORT.finditer(text):
        if not (match["late"] and early):
            origin = match["origin"] or match["whole"]
            inner = re.findall(r"\w+", re.sub(r"#[^\n]*|\bas \w+", "", match["names"] or ""))
            named |= {origin, *(f"{origin}.{name}" for name in inner)}
    near = {OWN, _top(module)}
    return frozenset(name for name in named if _top(name) in near and file_of(name)) - {module}


def _top(module: str) -> str:
    return module.partition(".")[0]


def _chosen(text: str) -> Iterator[str]:
    """The modules that a string chooses from by a name inside it: any that stand there."""
    for package, rest in _CHOSEN.findall(text):
        whole = package.rstrip(".")
        folder = file_of(whole)
        yield whole
        for path in folder.parent.iterdir() if folder else ():
            if path.stem != "__init__":
                yield f"{package}{path.stem}{rest}"


def closure(*roots: str) -> set[str]:
    """The modules that the roots depend on, themselves included.

    Raises LookupError for a root that has no file.

    >>> "binodal.derive.step" in closure("binodal.derive.derivation")
    True
    """
    for root in roots:
        if file_of(root) is None:
            raise LookupError(f"{root} has no file")
    reached: set[str] = set()
    left = set(roots)
    while left:
        module = left.pop()
        reached.add(module)
        left |= references(module) - reached
    return reached


def every_module() -> set[str]:
    """All modules of binodal."""
    folder = file_of(OWN)
    assert folder is not None
    modules, left = set(), [(OWN, folder.parent)]
    while left:
        package, place = left.pop()
        names = {path.stem for path in place.glob("*.py")} - {"__init__"}
        modules |= {package, *(f"{package}.{name}" for name in names)}
        left += [(f"{package}.{p.parent.name}", p.parent) for p in place.glob("*/__init__.py")]
    return modules


def files(modules: set[str]) -> list[Path]:
    """The modules' files in order, with the data in their folders and in folders of data below."""
    own = {path for module in modules if (path := file_of(module))}
    return sorted(
        own | {path for folder in {path.parent for path in own} for path in _data(folder)}
    )


@cache
def _data(folder: Path) -> tuple[Path, ...]:
    files: list[Path] = []
    for path in folder.iterdir():
        if path.is_dir():
            if path.name != "__pycache__" and not (path / "__init__.py").exists():
                files += _data(path)
        elif path.suffix not in (".py", ".pyc"):
            files.append(path)
    return tuple(files)


@cache
def content(*roots: str, libraries: tuple[str, ...] = ()) -> str:
    """The hash of all that the roots depend on, and of the versions of Python and of libraries.

    In one process it stays what it was: that is what was imported. Raises LookupError as
    :func:`closure` does.
    """
    parts: list[bytes | str] = [repr(sys.version_info[:3]), *map(version_of, libraries)]
    for path in files(closure(*roots)):
        parts += [f"\0{path.parent.name}/{path.name}\0", path.read_bytes()]
    return digest(*parts).hex()


def version_of(library: str) -> str:
    """A library and its version as a part of a hash."""
    try:
        return f"\0{library} {version(library)}"
    except PackageNotFoundError:
        return f"\0{library} missing"


def loads(function: Any) -> set[str]:
    """The modules that a function imports when called, by itself or by functions beside it.

    Of a partial application and of a method, also those of what it is applied to; of an object
    that names them in ``modules``, these.

    >>> def late():
    ...     from binodal.numerics.balls import ball
    ...     return ball
    >>> loads(late)
    {'binodal.numerics.balls'}
    """
    if isinstance(function, partial):
        parts = (function.func, *function.args, *function.keywords.values())
        return set().union(*map(loads, parts))
    if isinstance(function, MethodType):
        return loads(function.__self__) | loads(function.__func__)
    if isinstance(named := getattr(function, "modules", None), frozenset):
        return set(named)
    code = getattr(function, "__code__", None)
    if code is None:
        return set()
    names = set(_names(code))
    near = {OWN, _top(function.__module__)}
    modules = {name for name in names if "." in name and _top(name) in near}
    for name in names:
        beside = function.__globals__.get(name)
        if beside is not function and getattr(beside, "__module__", "") == function.__module__:
            modules |= loads(beside)
    return modules


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
