"""Random command lines of the program's own options, from its own tables."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import click

from binodal.cli import COMMANDS, program
from tests.fuzz import families, words

_WEIGHTS = {
    "solve": 26,
    "critical": 16,
    "derive": 8,
    "codegen": 8,
    "sweep": 12,
    "audit": 5,
    "boundary": 4,
    "map": 4,
    "hysteresis": 4,
    "dynamics": 4,
    "delay": 3,
    "ladder": 3,
    "train": 9,
    "compare": 5,
    "measure": 6,
    "experiment": 3,
    "cite": 1,
    "explore": 2,
    "figure": 1,
    "reproduce": 2,
    "selftest": 1,
}
_LONG = {"reproduce", "selftest", "experiment"}
"""Commands that a random line must not start: it is given something that makes no sense."""

_TINY = {
    "teacher-student": (
        "N=8",
        "n=16",
        "d=4",
        "sigma2=1/5",
        "sigma_w2=1/2",
        "sigma_a2=3/7",
        "epsilon=-3/10",
    ),
    "modular": ("N=5", "P=3", "sigma2=1/9", "sigma_a2=2/7", "gamma=2"),
    "single-index": ("N=8", "n=16", "d=4", "sigma2=1/5", "sigma_w2=1/2", "sigma_a2=3/7"),
    "group": ("N=5", "sigma2=1/9", "sigma_a2=2/7", "gamma=2"),
    "diagonal-linear": ("L=2", "alpha=20", "lambda=1/50"),
    "matrix-completion": ("alpha=20", "lambda=1/50"),
}
_MODELS = ("teacher-student", "modular") * 3 + ("single-index", "group", "diagonal-linear")
"""How often each is asked for: those that answer quickly more often."""
_PRESETS = ("fig2", "fig2", "fig3", "fig3", "app-d", "dichotomy", "fig9")
_DESCENT = ("--optimizer", "adamw", "--steps", "9", "--members", "2")
_OF_SAMPLERS = "burn_in draws thin workers shard block companions sampler starts step_factor"
_OF_OPTIMIZERS = (
    *("optimizer", "steps", "learning_rate", "momentum", "batch_size", "data_fraction", "loss"),
)
_SHORT = ("--burn-in", "2", "--draws", "3", "--thin", "1", "--workers", "1", "--members", "2")


def line(seed: int, number: int) -> list[str]:
    """The line of this number: the same for the same seed, whatever was run before."""
    chosen = Random(f"{seed} {number}")
    if chosen.random() < 0.03:
        return [words.garbage(chosen) for _ in range(chosen.randrange(4))]
    name = chosen.choices([*_WEIGHTS], [*_WEIGHTS.values()])[0]
    odd = chosen.choice((0.0, 0.0, 0.0, 0.0, 0.1, 0.4))
    arguments = [name, *_arguments(chosen, name, odd)]
    if name in _LONG:
        arguments.insert(chosen.randrange(1, len(arguments) + 1), "--nonsense")
    if chosen.random() < odd:
        arguments = _mutated(chosen, arguments)
    return arguments


def _arguments(chosen: Random, name: str, odd: float) -> list[str]:
    command = program.get_command(click.Context(program), name)
    model = chosen.choice(_MODELS)
    found: list[str] = []
    if name == "train":
        own = _SHORT if chosen.random() < 0.7 else _DESCENT
        found += [x for value in _TINY[model] for x in ("-s", value)] + list(own)
    if name == "dynamics" and chosen.random() < 0.95:
        found += ["--particles", "64", "--until", "1/5000"]
    for parameter in getattr(command, "params", ()):
        if isinstance(parameter, click.Argument):
            count = chosen.randrange(3) if parameter.nargs == -1 else 1
            found = [_value(chosen, parameter, name, model, odd) for _ in range(count)] + found
            if not parameter.required and chosen.random() < 0.3:
                found = []
        elif chosen.random() < _share(parameter, name, model):
            repeat = 2 if parameter.name in ("sets", "grids") and chosen.random() < 0.6 else 1
            for _ in range(repeat):
                found.append(chosen.choice(parameter.opts))
                if not getattr(parameter, "is_flag", False):
                    found.append(_value(chosen, parameter, name, model, odd))
    plain = ("train", "codegen", "derive", "audit", "compare", "measure", "delay")
    if name not in plain and "--preset" not in found:
        found += ["--preset", words.PRESETS.get(model, "fig3")]
    return found


def _share(parameter: click.Parameter, name: str, model: str) -> float:
    """How often an option is given."""
    if parameter.name in families.SETTINGS and (name, parameter.name) not in families.OWN:
        return 0.7 if parameter.name in families.OF_FAMILY.get(model, ()) else 0.01
    if name == "train" and parameter.name in (*_OF_SAMPLERS.split(), *_OF_OPTIMIZERS, "members"):
        return 0.04
    if name == "measure" and parameter.name == "model":
        return 0.9
    if name == "dynamics" and parameter.name in ("until", "particles", "readouts", "networks"):
        return 0.04
    if parameter.name == "limit":
        return 0.15
    return 0.97 if parameter.required else 0.3


_NAMES: dict[str, Callable[[Random, str, float], str]] = {
    "preset": lambda c, m, o: c.choice(_PRESETS),
    "sets": words.setting,
    "event": lambda c, m, o: c.choice(words.EVENTS),
    "plane": lambda c, m, o: ",".join(c.sample(words.PARAMETERS[m], 2)),
    "ranges": lambda c, m, o: words.axis(c, m, o, counted=False),
    "grids": lambda c, m, o: words.axis(c, m, o, counted=True),
    "target": lambda c, m, o: c.choice(("numpy", "c", "arb", "javascript", "torch", "mpmath", "x")),
    "quantity": lambda c, m, o: c.choice(words.QUANTITIES),
    "labels": lambda c, m, o: c.choice(("M.8", "M.17", "B.24", "A.9", "b.36", "Z.9", "M", "A.0")),
    "betas": lambda c, m, o: ",".join(words.number(c, o / 2) for _ in range(c.randrange(1, 3))),
    "run": lambda c, m, o: c.choice(words.INPUTS),
    "data": lambda c, m, o: c.choice(words.INPUTS),
    "source": lambda c, m, o: c.choice((*words.INPUTS, "weights.npz", "weights.pt")),
    "more": lambda c, m, o: c.choice(("first=x", "readout=y", "first=", "other=x")),
    "roles": lambda c, m, o: c.choice(("first=first", "readout=a", "first=x", "x", "=")),
    "measures": lambda c, m, o: c.choice(("ipr", "sparsity", "b", "x2", "nothing")),
    "trained": lambda c, m, o: c.choice(("all", "seen", "x")),
    "device": lambda c, m, o: c.choice(("cpu", "cpu", "cuda:77", "toaster", "meta", "")),
    "scheduler": lambda c, m, o: c.choice(("tcp://127.0.0.1:1", "nonsense", "")),
    "theories": lambda c, m, o: c.choice(("published", "derived", "both", "true")),
    "points": lambda c, m, o: c.choice(("2", "3", "1", "-1", "1e3", "100000000")),
    "depth": lambda c, m, o: c.choice(("1", "2", "3", "0", "-1", "99", "x")),
    "digits": lambda c, m, o: c.choice(("1", "5", "15", "30", "0", "-4", "4001", "60", "x")),
    "until": lambda c, m, o: c.choice(("1/9999", "1e-5", "0", "-1", "1e400", "x")),
    "particles": lambda c, m, o: c.choice(("32", "99", "0", "-1", "1" * 30, "x")),
    "readouts": lambda c, m, o: c.choice(("1", "1/3", "0", "-1", "1e400", "x")),
    "networks": lambda c, m, o: c.choice(("2", "0", "-1", "1" * 30, "x")),
    "order": lambda c, m, o: words.number(c, o),
    "members": lambda c, m, o: c.choice(("1", "2", "3", "0", "-1", "1000000000", "10" * 20)),
    "workers": lambda c, m, o: c.choice(("1", "1", "1", "0", "-1", "257", "1" * 30, "x")),
}


def _value(chosen: Random, of: click.Parameter, name: str, model: str, odd: float) -> str:
    if chosen.random() < odd / 3:
        return words.garbage(chosen)
    given: Any = of.type
    if of.name == "model":
        return model
    if of.name == "along":
        return (
            words.axis(chosen, model, odd, counted=True)
            if name == "hysteresis"
            else chosen.choice(words.PARAMETERS[model])
        )
    if of.name == "grids" and name == "map":
        return words.axis(chosen, model, odd, counted=False)
    if of.name in families.SETTINGS and (name, of.name) not in families.OWN:
        return families.worded(chosen, of.name, odd)
    if of.name in _NAMES:
        return _NAMES[of.name](chosen, model, odd)
    if isinstance(given, click.Choice):
        return str(chosen.choice(list(given.choices)))
    if isinstance(given, click.Path):
        return words.place(chosen)
    if given is click.INT:
        return chosen.choice(("1", "2", "3", "4", "0", "-1", "7", "1e2", "99999999999999999999"))
    return words.number(chosen, odd)


def _mutated(chosen: Random, arguments: list[str]) -> list[str]:
    """One word dropped, doubled, swapped, or put in its middle."""
    found = list(arguments)
    place = chosen.randrange(len(found))
    kind = chosen.randrange(5)
    if kind == 0:
        del found[place]
    elif kind == 1:
        found.insert(place, found[place])
    elif kind == 2:
        found[place] = words.garbage(chosen)
    elif kind == 3:
        found.insert(place, words.garbage(chosen))
    else:
        chosen.shuffle(found)
    return found if (found and found[0] not in _LONG) or "--nonsense" in found else ["cite"]


assert set(_WEIGHTS) == set(COMMANDS), "every command is tried"
