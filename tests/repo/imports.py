"""Who imports whom: the packages' import graph, read from the syntax trees."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

# Folders of the repository that hold code, and the name under which each is imported.
FOLDERS = {
    "derive": "binodal.derive",
    "numerics": "binodal.numerics",
    "validate": "binodal.validate",
    "binodal": "binodal",
}

# Results go right, imports go left.
ROOMS = (
    "binodal.errors",
    "binodal.derive",
    "binodal.numerics",
    "binodal.validate",
    "binodal.page",
    "binodal.models",
    "binodal.audit",
    "binodal",
)

_NUMERIC = {"sympy", "numpy", "scipy", "mpmath", "flint"}
_PAGE = {"matplotlib", "latex2mathml"}
_EXPERIMENT = {"safetensors", "zarr", "arviz_stats", "loky", "distributed"}
THIRD_PARTY: dict[str, set[str]] = {
    "binodal.errors": set(),
    "binodal.derive": {"sympy"},
    "binodal.numerics": _NUMERIC,
    "binodal.validate": _NUMERIC | _EXPERIMENT | {"torch"},
    "binodal.page": _NUMERIC | _PAGE,
    "binodal.models": _NUMERIC | _PAGE | {"torch"},
    "binodal.audit": _NUMERIC,
    "binodal": _NUMERIC | _PAGE | _EXPERIMENT | {"click", "xarray"},
}

# What trains networks or speaks of trained ones needs the extra ``train``.
_OF_NETWORKS = re.compile(
    r"binodal\.(validate|models\.\w+\.(network|predictions|experiments))(\.|$)"
)

# Import names that are not the distribution's name with "-" for "_".
_DISTRIBUTION = {"flint": "python-flint"}


_LATE = {"Forms", "Late"}  # stand for a module that is imported when it is asked for, or never


@cache
def _parsed(path: Path, modified: int) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a file, parsed once for all rules."""
    return _parsed(path, path.stat().st_mtime_ns)


def modules(root: Path) -> dict[str, Path]:
    """Dotted names of the packages' modules and where they stand."""
    found = {}
    for folder, package in FOLDERS.items():
        for path in sorted((root / folder).rglob("*.py")):
            parts = path.relative_to(root / folder).with_suffix("").parts
            found[".".join((package, *(p for p in parts if p != "__init__")))] = path
    return found


def room_of(name: str) -> str | None:
    """The room of a dotted name; None for what is not ours.

    >>> room_of("binodal.derive.step"), room_of("binodal.cli"), room_of("sympy")
    ('binodal.derive', 'binodal', None)
    """
    holding = [room for room in ROOMS if f"{name}.".startswith(f"{room}.")]
    return max(holding, key=len, default=None)


def _of_node(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        # A relative import cannot leave its package; the leading dots mark it as such.
        origin = "." * node.level + (node.module or "")
        joint = "" if origin.endswith(".") else "."
        return [f"{origin}{joint}{alias.name}" for alias in node.names]
    if isinstance(node, ast.Call) and node.args:
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        first = node.args[0]
        if isinstance(first, ast.JoinedStr) and first.values:
            first = first.values[0]
        if name in {"import_module", "__import__", *_LATE} and isinstance(first, ast.Constant):
            return [str(first.value)]
    return []


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every import wherever it stands, dynamic ones of a literal name included."""
    for node in ast.walk(tree):
        for name in _of_node(node):
            yield getattr(node, "lineno", 0), name


def _running(node: ast.AST, late: bool) -> Iterator[ast.AST]:
    """Nodes that run when the module is imported, or ``late`` in a function; no type checking."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) and not late:
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        if isinstance(child, ast.Call) and getattr(child.func, "id", "") in _LATE and not late:
            continue
        yield child
        yield from _running(child, late)


def _absolute(name: str, module: str, is_package: bool) -> str:
    dots = len(name) - len(name.lstrip("."))
    if not dots:
        return name
    parts = module.split(".")
    kept = parts[: len(parts) - dots + (1 if is_package else 0)]
    return ".".join([*kept, name[dots:]])


def import_graph(root: Path, late: bool = False) -> dict[str, set[str]]:
    """For each module what it loads when imported: modules here, else top-level names.

    With ``late`` also what its functions load when they are called.
    """
    known = modules(root)
    graph: dict[str, set[str]] = {}
    for module, path in known.items():
        loads = set()
        for node in _running(tree_of(path), late):
            for raw in _of_node(node):
                name = _absolute(raw, module, path.name == "__init__.py")
                parent = name.rpartition(".")[0]
                loads.add(next((n for n in (name, parent) if n in known), name.split(".")[0]))
        graph[module] = loads - {module}
    return graph


def cycles(root: Path) -> list[str]:
    """A ring of modules that import each other, if there is one, inside functions or not."""
    try:
        TopologicalSorter(import_graph(root, late=True)).prepare()
    except CycleError as error:
        return [" -> ".join(error.args[1])]
    return []


def inner_users(root: Path, name: str) -> list[str]:
    """Modules of the packages that import ``name``, which is there for users alone."""
    graph = import_graph(root, late=True)
    return sorted(module for module, loads in graph.items() if name in loads)


def loading(root: Path, name: str) -> set[str]:
    """Modules that need the package ``name`` as soon as they are imported, however far."""
    graph = import_graph(root)
    found: set[str] = set()
    while True:
        more = {m for m, loads in graph.items() if name in loads or loads & found} - found
        if not more:
            return found
        found |= more


def misnamed(root: Path) -> list[str]:
    """What is said to stand in a module, for when it is asked for, and does not."""
    known = modules(root)
    found = []
    for module, path in known.items():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Late":
                home, name = (str(a.value) for a in node.args if isinstance(a, ast.Constant))
                there = set(_bound(tree_of(known[home]))) if home in known else set()
                if name.split(".")[0] not in there:
                    found.append(f"{module}: there is no {name} in {home}")
    return found


def _bound(tree: ast.Module) -> Iterator[str]:
    """The names of functions, classes and values of a module."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def layer_violations(root: Path) -> list[str]:
    """Imports that go right, wherever they stand, and third parties that a room may not use."""
    found = []
    for module, path in modules(root).items():
        room = room_of(module)
        assert room is not None
        for line, name in imported(tree_of(path)):
            if not name or name.startswith("."):
                continue
            other, top = room_of(name), name.split(".")[0]
            if other is not None:
                allowed, culprit = ROOMS.index(other) <= ROOMS.index(room), other
            else:
                allowed, culprit = top in THIRD_PARTY[room] | sys.stdlib_module_names, top
            if not allowed:
                place = f"{path.relative_to(root).as_posix()}:{line}"
                found.append(f"{place}: {room} may not import {culprit}")
    return found


def _names(requirements: list[str]) -> set[str]:
    ends = str.maketrans(dict.fromkeys("<>=!~;[", " "))
    return {r.translate(ends).split()[0].lower().replace("_", "-") for r in requirements}


def undeclared(root: Path) -> list[str]:
    """Third parties missing from pyproject.toml, or needed at import but only in an extra.

    Modules of networks need the extra ``train`` anyway; everything else must import without
    extras, however long the chain of imports that leads to the third party.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    core = _names(project["dependencies"])
    extras = _names([r for e in project["optional-dependencies"].values() for r in e])
    known = {*sys.stdlib_module_names, "binodal", ""}
    users: dict[str, set[str]] = {}
    for module, path in modules(root).items():
        for _, name in imported(tree_of(path)):
            users.setdefault(name.split(".")[0], set()).add(module)
    found = []
    for top in sorted(set(users) - known):
        distribution = _DISTRIBUTION.get(top, top.replace("_", "-"))
        if distribution in core:
            continue
        if distribution not in extras:
            found.append(f"{', '.join(sorted(users[top]))}: {distribution} is not declared")
        at_once = {m for m in loading(root, top) if not _OF_NETWORKS.match(m)}
        found += [f"{m}: cannot be imported without the extra {top}" for m in sorted(at_once)]
    return found
