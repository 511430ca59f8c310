"""What is public says what it is."""

from __future__ import annotations

import inspect
import subprocess
import sys
from dataclasses import fields
from importlib import import_module

import pytest

import binodal.api
from binodal.models.families import asking, options
from binodal.validate.optimizers.spec import OptimizerSpec
from binodal.validate.run.spec import RunSpec
from tests.repo.gates import missing_docstrings


def test_public_names_have_docstrings(repository):
    assert missing_docstrings(repository) == []


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("x = 1", "the module"),
        ('"""Doc."""\ndef f():\n    return 1', "f"),
        ('"""Doc."""\nasync def g():\n    return 1', "g"),
        ('"""Doc."""\nclass Action:\n    x = 1', "Action"),
    ],
)
def test_canary_without_docstring(tree, text, culprit):
    found = missing_docstrings(tree({"binodal/a.py": text}))
    assert len(found) == 1 and found[0].endswith(f": {culprit} has no docstring")


def test_private_names_need_none(tree):
    private = '"""Doc."""\ndef _f():\n    return 1\nclass _C:\n    x = 1\n'
    assert missing_docstrings(tree({"binodal/a.py": private})) == []


PINNED = {
    "audit": "labels",
    "boundary": "model_name events names ranges theories limit points digits fraction output "
    "preset beta alpha values",
    "cite": "",
    "codegen": "model_name quantity target theory",
    "compare": "run theories rate within sources",
    "critical": "model_name event along preset theory limit digits fraction beta alpha values",
    "delay": "sources unit rate seed output",
    "derive": "model_name quantity theory",
    "dynamics": "model_name output preset theory until particles seed start method readouts "
    "networks "
    "beta alpha values",
    "experiment": "name output effort workers scheduler train device tell",
    "figure": "name output quick report say",
    "figures": "report",
    "hysteresis": "model_name along output preset theory digits beta alpha values",
    "ladder": "model_name event betas fraction output preset theory values",
    "measure": "source model measures roles data trained output frequencies seed preset values",
    "phase_map": "model_name grids output depth preset theory beta alpha values",
    "recorder": "model roles data trained seed preset values",
    "reproduce": "output quick say",
    "solve": "model_name preset theory limit digits beta alpha values",
    "sweep": "model_name grids output preset theory limit digits beta alpha workers scheduler "
    "values",
    "train": "model_name output members optimizer resume preset beta alpha data loss workers "
    "scheduler say settings",
}

# Options of the command line that the API spells otherwise, or has no use for.
SPELT = {
    "model": "model_name model",
    "event": "event events",
    "plane": "names",
    "sets": "values settings",
    "as_json": "",
    "summary_only": "train",
    "form": "",
    "page": "",
    "listed": "",
    "more": "roles",
}
RETURNED_INSTEAD = {("codegen", "output"), ("derive", "steps")}


@pytest.mark.parametrize("name", sorted(PINNED))
def test_public_functions_keep_their_arguments(name):
    found = inspect.signature(getattr(binodal.api, name)).parameters
    assert " ".join(found) == PINNED[name]


def test_public_names_are_the_pinned_ones():
    assert binodal.api.__all__ == sorted(PINNED) == dir(binodal.api)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = binodal.api.nothing


@pytest.mark.parametrize("name", sorted(set(PINNED) - {"cite", "figures", "phase_map", "recorder"}))
def test_every_option_of_a_command_is_an_argument_of_the_same_name(name):
    command = import_module(f"binodal.commands.{name}").command
    own = set(PINNED[name].split())
    if name == "train":
        own |= {field.name for of in (RunSpec, OptimizerSpec) for field in fields(of)}
    for option in command.params:
        # Settings of families, and parameters that have an option, are keywords of any name.
        if (name, option.name) in RETURNED_INSTEAD or option.name in {*options(), *asking()}:
            continue
        spelt = SPELT.get(option.name, option.name).split()
        assert not spelt or own & set(spelt), f"{name}: {option.name}"


def test_the_api_loads_nothing_heavy_before_it_is_used():
    heavy = "{'torch', 'sympy', 'flint', 'scipy', 'matplotlib', 'zarr'}"
    program = f"import sys, binodal.api; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr
