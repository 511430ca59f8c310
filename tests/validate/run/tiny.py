"""Runs that take a second: 8 neurons, 16 inputs of dimension 4."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from binodal.models.registry import model, parameters_of
from binodal.networks import network_of
from binodal.numerics.disk import unsealed
from binodal.numerics.parameters import Parameters
from binodal.validate.network_model import NetworkModel
from binodal.validate.run.folder import FINISHED, REQUEST, new_folder, read_request, read_spec
from binodal.validate.run.seals import Seals
from binodal.validate.run.spec import RunSpec
from binodal.validate.run.store import read


def parameters(model: str = "teacher-student", **changes: str) -> Parameters:
    values = {
        "teacher-student": {
            "N": "8",
            "n": "16",
            "d": "4",
            "sigma2": "1/5",
            "sigma_w2": "1/2",
            "sigma_a2": "3/7",
            "epsilon": "-3/10",
        },
        "modular": {"N": "5", "P": "3", "sigma2": "1/9", "sigma_a2": "2/7", "gamma": "2"},
    }[model]
    return parameters_of(model, {k: Fraction(v) for k, v in {**values, **changes}.items()})


def spec(model: str = "teacher-student", **fields: Any) -> RunSpec:
    small = {"members": 4, "starts": "both", "burn_in": 6, "draws": 8, "thin": 2, "block": 3}
    return RunSpec(network(model), parameters(model), **{**small, "shard": 2, "seed": 7, **fields})


def begun(folder: Path, run: RunSpec) -> Path:
    """A folder in which shards can work."""
    new_folder(folder, run)
    return folder


def network(name: str = "teacher-student") -> NetworkModel:
    found: NetworkModel = model(name).offer("network")
    return found


def as_of_the_first_format(folder: Path) -> None:
    """Take the hashes out of a run's documents."""
    for name in (REQUEST, FINISHED):
        document = unsealed((folder / name).read_bytes())
        del document["frame"]
        first = {**document, "format": 1} if name == REQUEST else document
        (folder / name).write_text(json.dumps(first), "utf-8")


def sealed_again(folder: Path) -> None:
    """Believe the chunks of a run as a test has left them."""
    run, request = read_spec(folder, network_of), read_request(folder)
    for number in range(len(run.shards)):
        seals = Seals(folder, request["digest"], number)
        seals.add(seals.names)


def draws(folder: Path) -> dict[str, bytes]:
    """Everything that a run stored, byte by byte."""
    return {name: array.tobytes() for name, array in read(folder)[0].items()}
