"""C text as a shared library: compiled once by the system's compiler, kept in a cache folder.

A library becomes a part of this process, so a file is loaded only if nobody else could have
written it, and only with the hash that it was built with: a cut one would end the process.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import platform
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from binodal.numerics.disk import digest as digest_of
from binodal.numerics.disk import file_digest
from binodal.numerics.errors import CodegenError
from binodal.numerics.user_cache import own, private, user_cache

# errno and floating-point traps would forbid vector code. Fused multiply-adds round once instead
# of twice; no flag reorders or drops an operation.
FLAGS = (
    "-std=c99",
    "-O3",
    "-march=native",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-ffp-contract=fast",
    "-shared",
    "-fPIC",
)
_SECONDS = 120


def compiler() -> str | None:
    """Path of the C compiler: $CC, else cc, gcc or clang; None if there is none."""
    wanted = os.environ.get("CC")
    candidates = (wanted,) if wanted else ("cc", "gcc", "clang")
    return next(filter(None, map(shutil.which, candidates)), None)


def cache_folder() -> Path:
    """Where compiled files are kept: native in the user's cache, if it is the user's alone.

    Else a folder of this process, which is removed when it ends.
    """
    place = user_cache()
    if place is not None:
        with suppress(OSError):
            return own(place / "native")
    return _temporary()


@cache
def _temporary() -> Path:
    folder = tempfile.mkdtemp(prefix="binodal-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@cache
def _identity(path: str) -> str:
    """What the compiler is and which processor it compiles for: its predefined macros."""
    command = [path, *FLAGS[:3], "-dM", "-E", "-x", "c", os.devnull]
    return f"{platform.machine()}\n{_run(command)}"


def _run(command: Sequence[str]) -> str:
    """What a compiler prints; a session of its own, for Ctrl-C would look like its failure."""
    try:
        ran = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CodegenError(f"the C compiler {command[0]} did not run: {error}") from None
    if ran.returncode:
        lines = ran.stderr.strip().splitlines() or [f"status {ran.returncode}"]
        told = next((line for line in lines if "error" in line), lines[0])
        raise CodegenError(f"the C compiler {command[0]} failed: {told}")
    return ran.stdout


def build(text: str, folder: Path | None = None) -> Path:
    """Compile C source to a shared library in ``folder`` (default: the cache) unless it is there.

    The name is a hash of source, compiler, processor and flags, and behind it the file's own hash:
    what does not have it is removed and built again, as is what another user could have written. A
    finished file appears at once. Where the cache cannot be used, a folder of this process can.
    Raises :class:`CodegenError` without a compiler, when it fails, and when the folder cannot be
    written.
    """
    path = compiler()
    if path is None:
        raise CodegenError("no C compiler: install one or set CC; the numpy target needs none")
    name = digest_of("\0".join((text, path, _identity(path), *FLAGS))).hex()[:24]
    for place in (folder,) if folder else (cache_folder(), _temporary()):
        try:
            own(place)
            for known in sorted(place.glob(f"{name}-*.so")):
                if _sound(known):
                    return known
                _remove(known)
            return _built(text, path, name, place)
        except OSError as error:
            doubt = f"no place for compiled code in {place}: {error.strerror}"
    raise CodegenError(doubt)


def _remove(known: Path) -> None:
    """Whatever stands in the place of a library."""
    if known.is_dir() and not known.is_symlink():
        shutil.rmtree(known)
    else:
        known.unlink(missing_ok=True)


def _built(text: str, path: str, name: str, place: Path) -> Path:
    with tempfile.TemporaryDirectory(dir=place) as unfinished:
        code, built = Path(unfinished) / "code.c", Path(unfinished) / "code.so"
        code.write_text(text, "utf-8")
        _run([path, *FLAGS, str(code), "-o", str(built), "-lm"])
        built.chmod(0o700)
        library = place / f"{name}-{file_digest(built)}.so"
        return built.replace(library)


def _sound(library: Path) -> bool:
    """Whether a file is this user's alone, and as it was built."""
    facts = library.lstat()
    whole = stat.S_ISREG(facts.st_mode) and library.stem.endswith(f"-{file_digest(library)}")
    return private(facts) and whole


def load(text: str, folder: Path | None = None) -> ctypes.CDLL:
    """The library of C source, built if needed. Raises :class:`CodegenError`."""
    for _ in range(2):
        try:
            return ctypes.CDLL(str(build(text, folder)))
        except OSError as error:  # another process may have removed it in between
            reason = error
    raise CodegenError(f"compiled code cannot be loaded: {reason}")


def identity(library: ctypes.CDLL) -> str:
    """What a loaded library was compiled from and by: the hash in its name."""
    return Path(library._name).stem.partition("-")[0]
