"""The folder in which random lines run: files of every odd kind, and small sound stores."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import zipfile
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path

import numpy as np

TRAIN = (
    "train",
    "teacher-student",
    "-s",
    "N=8",
    "-s",
    "n=16",
    "-s",
    "d=4",
    "-s",
    "sigma2=1/5",
    "-s",
    "sigma_w2=1/2",
    "-s",
    "sigma_a2=3/7",
    "-s",
    "epsilon=-3/10",
    "--members",
    "4",
    "--shard",
    "2",
    "--burn-in",
    "4",
    "--draws",
    "16",
    "--thin",
    "1",
    "--workers",
    "1",
)
SWEEP = (
    "sweep",
    "teacher-student",
    "--preset",
    "fig2",
    "--grid",
    "sigma2=0.1:0.3:5",
    "--grid",
    "epsilon=-0.5:-0.2:3",
)


def sound(folder: Path) -> Path:
    """The folder ``template`` with everything, made on first use."""
    template = folder / "template"
    if not template.exists():
        unfinished = folder / f"template.{os.getpid()}"
        unfinished.mkdir(parents=True)
        build(unfinished)
        unfinished.rename(template)
    return template


def files_with_caches(folder: Path) -> Path:
    """The same with caches of its own, filled by processes that had none."""
    template = sound(folder)
    cache = template / "cache"
    if not cache.exists():
        own = {**os.environ, "XDG_CACHE_HOME": str(cache), "PYTHONPATH": os.pathsep.join(sys.path)}
        place = template / "made"
        for ask in (("audit", "M.8", "B.24"), (*TRAIN, "-o", str(place))):
            command = [sys.executable, "-m", "binodal", *ask]
            subprocess.run(command, env=own, check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(place)
    return template


def build(folder: Path) -> None:
    """Make everything in an empty folder; sockets and pipes included."""
    _stores(folder)
    _data(folder)
    os.mkfifo(folder / "fifo")
    (folder / "folder").mkdir()
    (folder / "file.txt").write_text("mine\n")
    (folder / "loop").symlink_to("loop2")
    (folder / "loop2").symlink_to("loop")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "empty.nc").write_bytes(b"")
    (folder / "empty.zarr").mkdir()
    listening = socket.socket(socket.AF_UNIX)
    before = Path.cwd()
    os.chdir(folder)  # the name of a socket must be short
    listening.bind("sock")
    os.chdir(before)
    listening.close()


def _stores(folder: Path) -> None:
    from binodal.cli import main

    for arguments in (
        (*SWEEP, "-o", str(folder / "sweep.nc")),
        (*SWEEP, "-o", str(folder / "sweep.zarr")),
        (*TRAIN, "-o", str(folder / "run")),
    ):
        with open(os.devnull, "w") as null, redirect_stdout(null):
            assert main([*arguments]) in (0, 1), arguments
    half = shutil.copytree(folder / "run", folder / "unfinished")
    (half / "finished.json").unlink()
    shutil.rmtree(half / "draws.zarr" / ".zmetadata", ignore_errors=True)


def _data(folder: Path) -> None:
    import torch

    rng = np.random.default_rng(1)
    x = rng.standard_normal((16, 4))
    good = {"x": x, "y": x[:, 0]}
    np.savez(folder / "good.npz", **good)
    np.savez(folder / "norows.npz", x=np.zeros((0, 4)), y=np.zeros(0))
    np.savez(folder / "names.npz", a=x)
    np.savez(folder / "complex.npz", x=x * 1j, y=x[:, 0])
    np.savez(folder / "text.npz", x=np.array([["a"]]), y=np.array(["b"]))
    np.savez(folder / "objects.npz", x=np.array([[None]], dtype=object), y=x[:, 0])
    np.savez(folder / "zero.npz", x=np.zeros((16, 4)), y=np.zeros(16))
    (folder / "empty.npz").write_bytes(b"")
    content = bytearray((folder / "good.npz").read_bytes())
    (folder / "corrupt.npz").write_bytes(content[: len(content) // 2])
    with zipfile.ZipFile(folder / "good.npz") as whole:
        first = whole.infolist()[0]
    content[first.header_offset + 6] |= 1  # the flag of an encrypted entry, twice in a zip file
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    (folder / "encrypted.npz").write_bytes(content)
    weights = {"first": rng.standard_normal((5, 6)), "readout": rng.standard_normal((5, 3))}
    np.savez(folder / "weights.npz", **weights, seen=np.arange(9) % 2 == 0)
    torch.save({k: torch.from_numpy(v) for k, v in weights.items()}, folder / "weights.pt")
    from safetensors.numpy import save_file

    save_file(good, folder / "good.safetensors")
    cut = (folder / "good.safetensors").read_bytes()[:-7]
    (folder / "cut.safetensors").write_bytes(cut)


def listing(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Every name below the folder, with kind, size and time of its last change."""
    found = {}
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = os.path.join(place, name)
            facts = os.lstat(path)
            still = 0 if name in folders else facts.st_mtime_ns
            found[os.path.relpath(path, folder)] = (facts.st_mode, facts.st_size, still)
    return found


def warm(thorough: bool = True) -> None:
    """Have this process hold what every later line needs, so that forks need not make it.

    What only some lines need is left to them in a short run.
    """
    import_module("torch")  # a stop in the middle of importing it would break every later line
    from binodal.cli import main

    with open(os.devnull, "w") as null, redirect_stdout(null):
        for model, preset in (("teacher-student", "fig2"), ("modular", "fig3")):
            for theory in ("derived", "published")[: 1 + thorough]:
                ask = (model, "--preset", preset, "--theory", theory)
                main(["solve", *ask])
                if thorough:
                    main(["critical", *ask, "--event", "birth"])
                    main(["codegen", model, "action", "--target", "c", "--theory", theory])
        for name in (
            "audit",
            "compare",
            "measure",
            "map",
            "hysteresis",
            "boundary",
            "dynamics",
            "ladder",
            "experiment",
        ):
            main([name, "--help"])
        if thorough:
            main(["audit", "M.8", "B.24", "M.17", "A.9"])
            main(["derive", "teacher-student", "kernel"])
