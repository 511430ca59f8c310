"""Words of random command lines: values that are valid, nearly valid, and nothing of the kind."""

from __future__ import annotations

from random import Random

PARAMETERS = {
    "teacher-student": ("N", "n", "d", "sigma2", "sigma_w2", "sigma_a2", "epsilon"),
    "modular": ("N", "P", "sigma2", "sigma_a2", "gamma"),
    "single-index": ("N", "n", "d", "sigma2", "sigma_w2", "sigma_a2"),
    "group": ("N", "sigma2", "sigma_a2", "gamma"),
    "diagonal-linear": ("L", "alpha", "lambda", "sigma2"),
    "matrix-completion": ("alpha", "lambda"),
}
PRESETS = {"teacher-student": "fig2", "single-index": "fig2", "diagonal-linear": "dichotomy"}
PRESETS["matrix-completion"] = "completion"
"""Of models whose published setting is not fig3."""

QUANTITIES = (
    "action",
    "kernel",
    "closure",
    "events",
    "barrier",
    "dynamics",
    "corrections",
    "scaling",
    "posterior",
    "characters",
    "saddles",
    "overlap-law",
    "weights",
    "gradient",
    "hessian",
    "birth",
    "finite-d",
    "coexistence",
    "zero-state",
    "coupling",
    "law",
    "sextic-decay",
    "hermite",
    "limit",
    "force",
    "flow",
    "path",
    "transition",
)
EVENTS = (
    "birth",
    "coexistence",
    "instability",
    "mass",
    "gmfl2",
    "memorisation",
    "one-pair",
    "crossing",
    "transition",
    "death",
)
_NUMBERS = (
    "0.2",
    "1/5",
    "9/50",
    "3e-2",
    "1e-6",
    "0.05",
    "0.3",
    "1/4",
    "0.15",
    "2",
    "7",
    "-3/10",
    "0.18",
)
_SIZES = ("7", "10", "23", "40", "101", "3", "5", "11", "401", "700", "150", "2", "1000")
_EXTREME = (
    "0",
    "-1",
    "1e-300",
    "1e300",
    "1e-30",
    "1e30",
    "1e31",
    "nan",
    "inf",
    "-inf",
    "NaN",
    "1e400",
    "1e9999",
    "9" * 400,
    "1/0",
    "0/0",
    "0x10",
    "1_000",
    "\u0661",
    "",
    " ",
    "1,5",
    "--",
    "-",
    "1e",
    "1//2",
    "1/2/3",
    "1e5/3",
    "1e-400",
    "+.5",
    ".",
    "-0",
    "0.0",
    "1e-17",
    "1" + "0" * 290,
    "1/" + "3" * 299,
    "0." + "0" * 200 + "1",
    "5e-324",
    "1.7976931348623157e308",
    "None",
    "True",
)
_GARBAGE = (
    "\x1b[31mred",
    "a\x07b",
    "\x1b]0;title\x07",
    "\u202egnirts",
    "\x7f",
    "\x9b2J",
    "a\nb",
    "a\rb",
    "\t",
    "\u2028",
    "'; rm -rf",
    "$(id)",
    "`id`",
    "__import__('os')",
    "../../x",
    "%s%n",
    "{0}",
    "\U0001f600",
    "\udc80\udcff",
    "x" * 5000,
    "sigma2",
    "=",
    "==",
    "a=b=c",
    ":",
    "::",
    ",",
    "NULL",
    "-s",
    "--json",
    "--help",
    "--version",
    "-o",
    "--nonsense",
    "--jso",
    "-x",
    "--grid=",
    "-h",
    "teacher-student",
    "modular",
    "derived",
    "finite",
    "solve",
    "\u0000",
)
_PLACES = (
    "out.json",
    "out.svg",
    "out.csv",
    "out.nc",
    "out.zarr",
    "out.npz",
    "out",
    "out.md",
    "out.html",
    "fifo",
    "fifo/x.nc",
    "folder",
    "folder/out.nc",
    "file.txt",
    "file.txt/x.nc",
    "loop",
    "loop/x",
    "none/out.json",
    "/dev/null",
    "/dev/null/x",
    "/proc/x",
    "/proc/self/mem",
    ".",
    "..",
    "/",
    "",
    "n" * 300,
    "n" * 250 + ".nc",
    "n" * 250 + ".zarr",
    "\x1b[31m.nc",
    "\udc80.json",
    "a\nb.svg",
    "dangling",
    "dangling/x",
    "empty.nc",
    "empty.zarr",
    "sweep.nc",
    "sweep.zarr",
    "run",
    "run/x.nc",
    "sock",
    "-",
    "~",
    "~nobody/x",
    "out.png",
    "out.JSON",
    "x\x00y.nc",
    " ",
    "deep/er/out.nc",
)
INPUTS = (
    "run",
    "run",
    "run",
    "unfinished",
    "folder",
    "file.txt",
    "fifo",
    "loop",
    "none",
    "sweep.zarr",
    "good.npz",
    "good.npz",
    "empty.npz",
    "norows.npz",
    "corrupt.npz",
    "encrypted.npz",
    "text.npz",
    "objects.npz",
    "complex.npz",
    "zero.npz",
    "good.safetensors",
    "cut.safetensors",
    "names.npz",
    "",
    "/dev/null",
    "/",
    "n" * 300,
    "x\x00y",
    "\udc80",
)


def number(chosen: Random, odd: float) -> str:
    """A number, or with the probability ``odd`` something else."""
    if chosen.random() < odd:
        return chosen.choice(chosen.choice((_EXTREME, _EXTREME, _GARBAGE)))
    if chosen.random() < 0.3:
        return f"{chosen.choice((1, -1)) * 10 ** chosen.uniform(-6, 3):.{chosen.randrange(1, 9)}g}"
    if chosen.random() < 0.2:
        return f"{chosen.randrange(1, 40)}/{chosen.randrange(1, 90)}"
    return chosen.choice(_NUMBERS)


def size(chosen: Random, odd: float) -> str:
    """A whole number for a width or a prime."""
    return number(chosen, 1) if chosen.random() < odd else chosen.choice(_SIZES)


def garbage(chosen: Random) -> str:
    """A word that means nothing here."""
    if chosen.random() < 0.2:
        return "".join(
            chr(chosen.choice((chosen.randrange(1, 160), chosen.randrange(1, 0x3000))))
            for _ in range(chosen.randrange(1, 12))
        )
    return chosen.choice((*_GARBAGE, *_EXTREME))


def place(chosen: Random) -> str:
    """Where a file might be written, or might not."""
    return chosen.choice(_PLACES)


def setting(chosen: Random, model: str, odd: float) -> str:
    """NAME=VALUE for a parameter of the model, mostly."""
    if chosen.random() < odd / 2:
        return garbage(chosen)
    names = PARAMETERS[model if chosen.random() > odd / 3 else chosen.choice([*PARAMETERS])]
    name = chosen.choice(names)
    value = size(chosen, odd) if name in "NPnd" else number(chosen, odd).lstrip("-")
    return f"{name}={'-' * (name == 'epsilon')}{value}"


def axis(chosen: Random, model: str, odd: float, counted: bool, most: int = 5) -> str:
    """NAME=START:STOP[:COUNT]."""
    if chosen.random() < odd:
        parts = [number(chosen, 0.5) for _ in range(chosen.choice((1, 2, 3, 4)))]
        return f"{chosen.choice((*PARAMETERS[model], 'x', ''))}={':'.join(parts)}"
    start = chosen.uniform(0.05, 0.3)
    ends = f"{start:.4f}:{start * chosen.uniform(1.01, 2):.4f}"
    return f"sigma2={ends}" + (f":{chosen.randrange(2, most + 1)}" if counted else "")
