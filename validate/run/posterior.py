"""The networks of one shard: their posterior as a target, their starts, their observer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import torch
from torch import Tensor

from binodal.derive.gaussian.activations import ERF
from binodal.models.modular.network.network import Modular, ModularShape
from binodal.models.teacher_student.network.network import TeacherStudent, TeacherStudentShape
from binodal.validate.data import gaussian_inputs, teacher_target
from binodal.validate.kernel import fastest
from binodal.validate.run.errors import RunError
from binodal.validate.run.seeds import generator, seeds
from binodal.validate.run.spec import RunSpec
from binodal.validate.starts import STARTS, Shape

Data = Mapping[str, Tensor]
"""A user's data set: "x" (n, d) and "y" (n,)."""

Network = TeacherStudent | Modular


def shape_of(spec: RunSpec) -> Shape:
    """Sizes as integers and variances as floats."""
    p = spec.parameters
    if spec.model == "modular":
        values = (float(p[name]) for name in ("sigma2", "sigma_a2", "gamma"))
        return ModularShape(int(p["N"]), int(p["P"]), *values)
    values = (float(p[name]) for name in ("sigma2", "sigma_w2", "sigma_a2", "epsilon"))
    return TeacherStudentShape(int(p["N"]), int(p["n"]), int(p["d"]), *values)


def posterior(spec: RunSpec, slots: range, data: Data | None = None) -> Network:
    """The posterior of the networks of ``slots``, all prior starts before all feature starts.

    Raises :class:`binodal.validate.errors.DataError` for a data set that does not fit or is not
    finite.
    """
    shape = shape_of(spec)
    rows = len(slots) * len(spec.start_names)
    if isinstance(shape, ModularShape):
        return Modular(shape, rows, torch_dtype(spec), spec.device)
    pairs = [_data_set(spec, shape, spec.data_set(slot), data) for slot in slots]
    inputs = torch.stack([x for x, _ in pairs] * len(spec.start_names))
    targets = torch.stack([y for _, y in pairs] * len(spec.start_names))
    fast = fastest(ERF, torch_dtype(spec), torch.device(spec.device))
    return TeacherStudent(shape, inputs.to(spec.device), targets.to(spec.device), fast)


def _data_set(
    spec: RunSpec, shape: TeacherStudentShape, number: int, data: Data | None
) -> tuple[Tensor, Tensor]:
    dtype = torch_dtype(spec)
    if spec.data:
        if data is None or fingerprint(data) != spec.data:
            raise RunError("the data set is not the one that the run was started with")
        return data["x"].to(dtype), data["y"].to(dtype)
    stream = generator(seeds(spec).data[number])
    x = gaussian_inputs(1, shape.n, shape.d, stream, torch.float64)[0]
    return x.to(dtype), teacher_target(x[:, 0], shape.epsilon).to(dtype)


def starts(spec: RunSpec, slots: range) -> Tensor:
    """(R, D) where the networks start; a network's start does not depend on its neighbours."""
    shape = shape_of(spec)
    rows = [
        STARTS[spec.start(s, slot)](shape, generator(seeds(spec).start[s][slot]))
        for s in range(len(spec.start_names))
        for slot in slots
    ]
    return torch.stack(rows).to(torch_dtype(spec)).to(spec.device)


def torch_dtype(spec: RunSpec) -> torch.dtype:
    """The run's precision."""
    return torch.float32 if spec.dtype == "float32" else torch.float64


def fingerprint(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 of names, shapes and bytes."""
    total = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        total.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        total.update(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
    return total.hexdigest()


def data_fingerprint(network: Network) -> str:
    """What a resumed shard must find again: the data drawn from the seeds, bit for bit."""
    if isinstance(network, TeacherStudent):
        return fingerprint({"x": network.inputs, "y": network.targets})
    return fingerprint({"y": network.targets})


def require_device(device: str) -> None:
    """Raise :class:`RunError` unless torch can use the device."""
    try:
        torch.zeros(1, device=device).item()  # some devices hold shapes and no numbers
    except (RuntimeError, AssertionError) as error:
        found = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
        raise RunError(
            f"device {device!r} is not there: this torch sees {', '.join(found)}"
        ) from error
