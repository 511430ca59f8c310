"""A run's folder: its request, its checkpoints, its draws, and one process at a time."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save
from torch import Tensor

from derive.gaussian.activations import ERF
from numerics.codegen.native import build
from numerics.errors import CodegenError
from numerics.parameters import Parameters
from validate.networks.compiled_gradient import gradient_source
from validate.normals import normals_source
from validate.observables.registry import observer
from validate.run.checkpoint import write_whole
from validate.run.errors import RunError
from validate.run.spec import RunSpec, difference
from validate.run.store import create, stored

REQUEST, FINISHED, DATA = "run.json", "finished.json", "data.safetensors"
FORMAT = 1


def environment() -> dict[str, str]:
    """What the same bits depend on beside the request.

    ``kernel`` names the compiled gradient and normals by the hashes of source, compiler, processor
    and flags, or says that there are none; they matter for float32 networks in main memory.
    """
    return {
        "torch": torch.__version__,
        "numpy": np.__version__,
        "machine": platform.machine(),
        "vectors": torch.backends.cpu.get_cpu_capability(),
        "kernel": _kernel(),
    }


@cache
def _kernel() -> str:
    try:
        return "+".join(build(text).stem for text in (gradient_source(ERF), normals_source()))
    except (CodegenError, OSError):
        return "torch"


def new_folder(path: Path, spec: RunSpec, data: Mapping[str, Tensor] | None = None) -> None:
    """A folder with the request and an empty store; it appears complete or not at all.

    Raises :class:`RunError` where none can be made.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise RunError(f"{path} exists and is not a run: give another folder")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        (temporary / "shards").mkdir(parents=True)
        create(temporary, spec, observer(spec.model, spec.parameters).quantities)
        if data is not None:
            (temporary / DATA).write_bytes(save({k: v.contiguous() for k, v in data.items()}))
        request = {
            "format": FORMAT,
            "digest": spec.digest,
            "spec": spec.document(),
            "environment": environment(),
        }
        write_whole(temporary / REQUEST, json.dumps(request, indent=1).encode())
        os.replace(temporary, path)
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def is_run(path: Path) -> bool:
    """Whether a run stands there."""
    return (path / REQUEST).is_file()


def is_finished(path: Path) -> bool:
    """Whether all of its draws are stored."""
    return (path / FINISHED).is_file()


def read_request(path: Path) -> tuple[RunSpec, dict[str, Any]]:
    """The run of a folder, and all of its request. Raises :class:`RunError` for no run."""
    try:
        request: dict[str, Any] = json.loads((path / REQUEST).read_text("utf-8"))
        return spec_of(request["spec"]), request
    except FileNotFoundError as error:
        raise RunError(f"{path} is not a run: it has no {REQUEST}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path / REQUEST} is damaged: {error}") from error


def spec_of(document: Mapping[str, Any]) -> RunSpec:
    """The run that a document describes, whatever version wrote it."""
    values = {name: Fraction(value) for name, value in document["parameters"].items()}
    own = {k: v for k, v in document.items() if k not in ("model", "parameters", "version")}
    return RunSpec(Parameters(document["model"], values), **own)


def require_same(path: Path, spec: RunSpec) -> None:
    """Raise :class:`RunError` naming what differs unless the folder's run is this one."""
    _, request = read_request(path)
    differs = difference(request["spec"], spec.document())
    if differs:
        raise RunError(f"{path} holds another run ({differs}): give another folder")
    try:
        missing = observer(spec.model, spec.parameters).quantities.keys() - stored(path)
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: its draws cannot be read ({error})") from error
    if missing:
        raise RunError(
            f"{path} was made by another version, which did not store {min(missing)}: give "
            "another folder"
        )


def require_environment(path: Path) -> None:
    """Raise :class:`RunError` unless what the bits depend on is as it was at the start."""
    _, request = read_request(path)
    differs = difference(request["environment"], environment())
    if differs:
        raise RunError(
            f"{path} was begun in another environment ({differs}): go on there, or start anew"
        )


def read_data(path: Path) -> dict[str, Tensor] | None:
    """The user's data set of a run, if it has one."""
    return load_file(path / DATA) if (path / DATA).is_file() else None


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the folder; the system frees it when the process ends, however it ends."""
    with (path / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RunError(f"{path} is being worked on by another process") from error
        yield
