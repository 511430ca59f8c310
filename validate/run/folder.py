"""A run's folder: its request, its checkpoints, its draws, and one process at a time."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from fractions import Fraction
from functools import cache
from glob import escape
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from binodal.derive.gaussian.activations import ERF
from binodal.numerics.disk import Damaged, full, sealed, unsealed, write_whole
from binodal.numerics.interrupts import held
from binodal.numerics.lock import Held, Lock
from binodal.validate.blas import sgemm
from binodal.validate.compiled import NONE, name_of
from binodal.validate.compiled_gradient import gradient_library
from binodal.validate.kernel import Native, fastest
from binodal.validate.network_model import Find
from binodal.validate.normals import normals_name
from binodal.validate.run.errors import RunError, RunStopped
from binodal.validate.run.posterior import fingerprint
from binodal.validate.run.seals import frame
from binodal.validate.run.spec import RunSpec, difference
from binodal.validate.run.store import create, stored

REQUEST, FINISHED, DATA = "run.json", "finished.json", "data.safetensors"
FORMAT = 2
AGAIN = "binodal train with the same request and --resume makes it again"


def environment() -> dict[str, str]:
    """What the same bits depend on beside the request.

    ``kernel`` names the compiled code that this process runs, for the activation, the gradient and
    the normals, by the hashes of source, compiler, processor and flags, or says "torch" where it
    runs none; they matter for float32 networks in main memory.
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
    """Loaded and decided here, once, and the same for every network of this process."""
    pair = fastest(ERF, torch.float32, torch.device("cpu"))
    if not isinstance(pair, Native):
        return f"{NONE}, normals {normals_name()}"
    gradient = NONE if sgemm() is None else name_of(gradient_library(ERF))
    return f"{pair.name}, gradient {gradient}, normals {normals_name()}"


def new_folder(path: Path, spec: RunSpec, data: Mapping[str, Tensor] | None = None) -> None:
    """A folder with the request and an empty store; it appears complete or not at all.

    Raises :class:`RunError` where none can be made.
    """
    require_free(path)
    for left in path.parent.glob(f".{escape(path.name)}.*.part"):
        shutil.rmtree(left, ignore_errors=True)  # of a process that was killed: we hold the lock
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        (temporary / "shards").mkdir(parents=True)
        create(temporary, spec)
        if data is not None:
            (temporary / DATA).write_bytes(save({k: v.contiguous() for k, v in data.items()}))
        request = {
            "format": FORMAT,
            "digest": spec.digest,
            "spec": spec.document(),
            "environment": environment(),
            "frame": frame(temporary),
        }
        write_whole(temporary / REQUEST, sealed(request))
        os.replace(temporary, path)
    except OSError as error:
        kind = RunStopped if full(error) else RunError
        raise kind(f"cannot write {path}: {error.strerror}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def require_free(path: Path) -> None:
    """Raise :class:`RunError` unless a run stands there, or could."""
    if is_run(path):
        return
    try:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise RunError(f"{path} exists and is not a run: give another folder")
        above = next(folder for folder in path.absolute().parents if folder.exists())
        if not above.is_dir() or not os.access(above, os.W_OK):
            raise RunError(f"cannot write {path}: no folder can be made in {above}")
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror}") from error


def is_run(path: Path) -> bool:
    """Whether a run stands there."""
    return (path / REQUEST).is_file()


def is_finished(path: Path) -> bool:
    """Whether all of its draws are stored."""
    return (path / FINISHED).is_file()


def read_request(path: Path) -> dict[str, Any]:
    """The request of a run, whose "spec" describes it. Raises :class:`RunError` for no run."""
    try:
        request = _document(path / REQUEST)
        missing = {"spec", "digest", "environment"} - request.keys()
        if missing:
            raise ValueError(f"it has no {min(missing)}")
        return request
    except FileNotFoundError as error:
        raise RunError(f"{path} is not a run: it has no {REQUEST}") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, Damaged) as error:
        raise RunError(f"{path / REQUEST} is damaged ({error}): give another folder") from error


def _document(path: Path) -> dict[str, Any]:
    """A sealed document, or one of the first format, which had no seals."""
    content = path.read_bytes()
    with suppress(ValueError):
        document = json.loads(content)
        if isinstance(document, dict) and old(document):
            return document
    return unsealed(content)


def read_finished(path: Path, request: Mapping[str, Any]) -> dict[str, Any] | None:
    """What was written when the run ended; None before. Raises :class:`RunError` if damaged."""
    if not is_finished(path):
        return None
    try:
        document = json.loads((path / FINISHED).read_bytes()) if old(request) else None
        document = document or unsealed((path / FINISHED).read_bytes())
        if document["digest"] == request["digest"]:
            return dict(document)
        why: object = "it belongs to another run"
    except (OSError, ValueError, LookupError, TypeError, Damaged) as error:
        why = error
    raise RunError(f"{path / FINISHED} is damaged ({why}): {AGAIN}")


def old(request: Mapping[str, Any]) -> bool:
    """Whether a run was made before files had hashes."""
    return request.get("format") == 1 and not {"sha256", "frame"} & request.keys()


def read_spec(path: Path, find: Find) -> RunSpec:
    """The run of a folder; ``find`` knows its model by name.

    Raises :class:`RunError` for no run, or a damaged one.
    """
    try:
        return spec_of(read_request(path)["spec"], find)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(f"{path / REQUEST} is damaged ({error}): give another folder") from error


def spec_of(document: Mapping[str, Any], find: Find) -> RunSpec:
    """The run that a document describes, whatever version wrote it."""
    values = {name: Fraction(value) for name, value in document["parameters"].items()}
    own = {k: v for k, v in document.items() if k not in ("model", "parameters", "version")}
    parameters, network = find(document["model"], values)
    return RunSpec(network, parameters, **own)


def require_same(path: Path, spec: RunSpec) -> None:
    """Raise :class:`RunError` naming what differs unless the folder's run is this one."""
    differs = difference(read_request(path)["spec"], spec.document())
    if differs:
        raise RunError(f"{path} holds another run ({differs}): give another folder")


def require_observed(path: Path, spec: RunSpec) -> None:
    """Raise :class:`RunError` unless the run stores all that is observed today."""
    try:
        missing = spec.network.observer(spec.parameters).quantities.keys() - stored(path)
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: its draws cannot be read ({error})") from error
    if missing:
        raise RunError(
            f"{path} was made by another version, which did not store {min(missing)}: give "
            "another folder"
        )


def require_environment(path: Path) -> None:
    """Raise :class:`RunError` unless what the bits depend on is as it was at the start."""
    differs = difference(read_request(path)["environment"], environment())
    if differs:
        raise RunError(
            f"{path} was begun in another environment ({differs}): go on there, or start anew"
        )


def read_data(path: Path) -> dict[str, Tensor] | None:
    """The user's data set of a run, if it has one. Raises :class:`RunError` if it is damaged."""
    if not (path / DATA).is_file():
        return None
    digest = read_request(path)["spec"].get("data", "")
    why: object = "it does not have the hash that the run was started with"
    try:
        with held():
            data = load_file(path / DATA)
        if fingerprint(data) == digest:
            return data
    except (OSError, SafetensorError) as error:
        why = error
    raise RunError(f"{path / DATA} is damaged ({why}): give another folder")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the folder; the system frees it when the process ends, however it ends.

    Raises :class:`RunStopped`, which names the holder, and :class:`RunError` where no lock can be.
    """
    with ExitStack() as stack:
        try:
            path.absolute().parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(Lock(path))
        except Held as holder:
            raise RunStopped(
                f"{path} is being worked on by {holder}: wait for it, or give another folder"
            ) from None
        except (OSError, RuntimeError, ValueError) as error:
            raise RunError(f"cannot write {path}: {getattr(error, 'strerror', error)}") from error
        yield
