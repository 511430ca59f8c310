"""What names an entry of the cache covers all that the entry depends on."""

import re
from pathlib import Path

import pytest

from binodal.numerics.codegen.forms import sources_of
from binodal.numerics.codegen.kept import sources
from tests.repo.imports import imported, loading, modules, tree_of


def reached(root, start):
    """Modules here that some modules import, wherever in the file, and so on."""
    known = modules(root)
    seen, waiting = set(start), list(start)
    while waiting:
        for _, name in imported(tree_of(known[waiting.pop()])):
            found = next((n for n in (name, name.rpartition(".")[0]) if n in known), None)
            if found is not None and found not in seen:
                seen.add(found)
                waiting.append(found)
    return {name: known[name].resolve() for name in seen}


def forms(root, package):
    return [name for name in modules(root) if name.startswith(f"{package}.forms")]


@pytest.mark.parametrize(
    ("package", "least"),
    [
        ("binodal.models.teacher_student", 21),
        ("binodal.models.modular", 21),
        ("binodal.models.single_index", 21),
        ("binodal.models.group", 21),
        ("binodal.models.diagonal_linear", 14),
        ("binodal.numerics.overlaps", 21),
    ],
)
def test_forms_depend_on_hashed_sources_only(repository, package, least):
    hashed = {path.resolve() for path in sources(sources_of(f"{package}.forms"))}
    found = reached(repository, forms(repository, package))
    assert len(found) >= least
    beside = {name for name, path in found.items() if path not in hashed}
    assert {name for name in beside if not name.endswith(".errors")} == set()


def test_numerics_of_models_start_without_sympy(repository):
    slow = loading(repository, "sympy")
    assert "binodal.models.modular.forms.action" in slow
    assert [
        name for name in slow if re.match(r"binodal\.models\.\w+\.(numerics|model)\b", name)
    ] == []


def test_a_form_that_reaches_further_is_seen(tree):
    root = tree(
        {
            "binodal/models/toy/forms/a.py": "def f():\n    from binodal.derive.b import c",
            "derive/b.py": "import binodal.numerics.balls",
            "numerics/balls.py": "",
        }
    )
    found = reached(root, forms(root, "binodal.models.toy"))
    assert "binodal.numerics.balls" in found and isinstance(found["binodal.derive.b"], Path)
