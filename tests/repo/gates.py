"""The repository's rules: functions from a directory tree to the violations found in it.

Every rule returns sentences of the form ``file:line: what is wrong``; an empty list is a pass.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import distributions
from pathlib import Path

from tests.repo.imports import FOLDERS, imported, tree_of

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 60

_GENERATED = {"_build", "build", "dist", "report", "runs", "__pycache__"}
"""Folders that commands write; one that holds a package is written by hand."""
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)

# One letter of each pattern stands in brackets, so that no pattern matches its own definition.
_FOREIGN = {
    "a sibling of the checkout": r"\.\./[s]hared\b",
    "a directory of one machine": (
        r"(?<![\w.])/(?:[w]ork|[r]oot|[t]mp|[h]ome/\w+|[o]pt/(?:pypi|wheels))\b"
    ),
    "a tool of one workplace": r"\b[f]arm-\w",
    "a number in a tracker": r"(?i)\b[i]ssues? #?\d",
    "a merge left open": r"[<]{7} |[>]{7} ",
    "the host of a package registry": (
        r"[p]ypi\.org|[p]ythonhosted\.|[r]egistry\.npmjs|[d]eb\.debian\."
    ),
}

_UNSAFE_MODULES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "shelve", "marshal"}
_UNSAFE_BUILTINS = {"eval", "exec"}
_TEXT_TO_EXPRESSION = {"sympify", "parse_expr", "parse_latex", "_sympify"}


def _files(root: Path) -> Iterator[Path]:
    """Files below ``root`` that are written by hand."""
    for path in sorted(root.iterdir()):
        hidden = path.name.startswith(".") and path.name != ".ci"
        generated = path.name in _GENERATED and not (path / "__init__.py").exists()
        if hidden or generated or path.name.endswith(".egg-info"):
            continue
        if path.is_symlink():  # what it leads to stands elsewhere in the tree
            continue
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


def _python(root: Path, folders: Iterable[str] = (".",)) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        if (root / folder).is_dir():
            for path in _files(root / folder):
                if path.suffix == ".py":
                    yield path.relative_to(root).as_posix(), path


def long_files(root: Path) -> list[str]:
    """Python files of more than ``MAX_FILE_LINES`` lines."""
    counts = {name: len(path.read_text("utf-8").splitlines()) for name, path in _python(root)}
    return [f"{name}:1: {n} lines" for name, n in counts.items() if n > MAX_FILE_LINES]


def long_functions(root: Path) -> list[str]:
    """Functions of more than ``MAX_FUNCTION_LINES`` lines, decorators not counted."""
    found = []
    for name, path in _python(root):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, _FUNCTION):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    found.append(f"{name}:{node.lineno}: {node.name} has {lines} lines")
    return found


_VERSION = "from binodal.version import VERSION\n__version__ = VERSION"


def logic_in_init(root: Path) -> list[str]:
    """``__init__.py`` files that are not one docstring; the package's own has a version."""
    found = []
    for name, path in _python(root, FOLDERS):
        if path.name == "__init__.py":
            tree = tree_of(path)
            rest = "\n".join(map(ast.unparse, tree.body[1:]))
            if (
                rest and (name, rest) != ("binodal/__init__.py", _VERSION)
            ) or not ast.get_docstring(tree):
                found.append(f"{name}:1: holds more or less than a docstring")
    return found


def no_packages(root: Path) -> list[str]:
    """Folders of tests without ``__init__.py``: two files of one name would be one module there."""
    folders = {Path(name).parent for name, _ in _python(root, ("tests",))}
    folders |= {above for folder in folders for above in folder.parents if above.parts}
    lacking = sorted(f.as_posix() for f in folders if not (root / f / "__init__.py").is_file())
    return [f"{name}: no __init__.py" for name in lacking]


def missing_docstrings(root: Path) -> list[str]:
    """Modules, and public functions and classes of modules, without a docstring."""
    found = []
    for name, path in _python(root, FOLDERS):
        tree = tree_of(path)
        if not ast.get_docstring(tree):
            found.append(f"{name}:1: the module has no docstring")
        for node in tree.body:
            named = isinstance(node, (*_FUNCTION, ast.ClassDef)) and not node.name.startswith("_")
            if named and not ast.get_docstring(node):
                found.append(f"{name}:{node.lineno}: {node.name} has no docstring")
    return found


def foreign_words(root: Path) -> list[str]:
    """Lines that name a machine, a workplace or a registry: the repository stands alone."""
    found = []
    for path in _files(root):
        try:
            lines = path.read_text("utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, 1):
            for what, pattern in _FOREIGN.items():
                match = re.search(pattern, line)
                if match:
                    place = f"{path.relative_to(root).as_posix()}:{number}"
                    found.append(f"{place}: '{match.group()}' names {what}")
    return found


def _unsafe_call(node: ast.Call) -> str | None:
    function = node.func
    bare = function.id if isinstance(function, ast.Name) else ""
    attribute = function.attr if isinstance(function, ast.Attribute) else ""
    owner = getattr(function, "value", None)
    # A method named eval (of a network, say) is harmless; the builtin is not.
    if bare in _UNSAFE_BUILTINS:
        return f"calls {bare}"
    if attribute in _UNSAFE_BUILTINS and isinstance(owner, ast.Name) and owner.id == "builtins":
        return f"calls builtins.{attribute}"
    if (bare or attribute) in _TEXT_TO_EXPRESSION:
        return f"calls {bare or attribute}, which evaluates text"
    if (bare or attribute) == "S" and node.args and _may_be_text(node.args[0]):
        return "calls S on something that is not a number, which evaluates text"
    for keyword in node.keywords:
        value = getattr(keyword.value, "value", None)
        if (keyword.arg, value) in {("allow_pickle", True), ("weights_only", False)}:
            return f"loads with {keyword.arg}={value}"
    return None


def _may_be_text(argument: ast.expr) -> bool:
    if isinstance(argument, ast.UnaryOp):
        return _may_be_text(argument.operand)
    return not (isinstance(argument, ast.Constant) and isinstance(argument.value, (int, float)))


def unsafe_code(root: Path) -> list[str]:
    """Places in the packages that could run text or a file as a program."""
    found = []
    for name, path in _python(root, FOLDERS):
        tree = tree_of(path)
        for line, module in imported(tree):
            parts = module.split(".")
            if parts[0] in _UNSAFE_MODULES or parts[-1] in _TEXT_TO_EXPRESSION:
                found.append(f"{name}:{line}: imports {module}")
        for node in ast.walk(tree):
            why = _unsafe_call(node) if isinstance(node, ast.Call) else None
            if why:
                found.append(f"{name}:{node.lineno}: {why}")
    return found


def deaf_integrals(root: Path) -> list[str]:
    """Calls of ``acb.integral``, which loses Ctrl-C, outside of the function that keeps it."""
    return [
        f"{name}:{node.lineno}: calls acb.integral; call binodal.numerics.integral.integral"
        for name, path in _python(root, FOLDERS)
        if name != "numerics/integral.py"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "acb.integral"
    ]


def accelerator_packages(site_packages: Path | None = None) -> list[str]:
    """Installed distributions for GPUs; they mean that a CUDA build of torch arrived.

    Looks into ``site_packages``, or into the running environment.
    """
    path = {} if site_packages is None else {"path": [str(site_packages)]}
    names = {str(d.metadata["Name"]).lower() for d in distributions(**path)}
    return sorted(name for name in names if name.startswith(("nvidia", "cuda", "triton")))
