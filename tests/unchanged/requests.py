"""The fixed list of what is asked: command lines, drawn once from seeds that stand here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random

TEACHER, MODULAR = "teacher-student", "modular"
MODELS, THEORIES, LIMITS = (TEACHER, MODULAR), ("derived", "published"), ("thermodynamic", "finite")

AGAIN = "stored experiments, judged again"
"""What ``make stored`` does, which is no command of the program."""


@dataclass(frozen=True)
class Request:
    """A command line, after ``first`` if it needs another; ``keep`` are files that it writes.

    What a ``quiet`` one prints holds timings and is not kept.
    """

    kind: str
    line: str
    keep: tuple[str, ...] = ()
    first: str = ""
    quick: bool = False
    quiet: bool = False

    @property
    def name(self) -> str:
        """All that is run; no other request has it."""
        return f"{self.first} ; {self.line}" if self.first else self.line


DERIVATIONS = {
    TEACHER: (
        "conventions rank-one activation hermite gaussian-integrals posterior continuum action "
        "overlap-law kernel closure limit events end-points phase-order barrier reaction finite-d "
        "corrections dropped finite-width scaling"
    ),
    MODULAR: (
        "characters data symmetries orbits nngp-spectrum action kernel saddles closure events "
        "end-points weights barrier reaction corrections scaling dropped finite-width second-order "
        "sextic-decay"
    ),
}
EXPRESSIONS = {
    TEACHER: (
        "action gradient hessian saddles overlap overlap-law birth coexistence closure kernel "
        "zero-state droplet finite-d"
    ),
    MODULAR: (
        "action gradient hessian saddles closure coupling birth coexistence gmfl2 sharing weights "
        "law law-of-mean"
    ),
}
TARGETS = ("numpy", "torch", "mpmath", "arb", "c", "javascript")
EVENTS = {
    (TEACHER, "thermodynamic"): ("birth", "coexistence", "instability"),
    (TEACHER, "finite"): ("birth", "mass"),
    (MODULAR, "thermodynamic"): ("birth", "coexistence", "instability", "gmfl2"),
    (MODULAR, "finite"): ("birth", "mass", "gmfl2"),
}
ALONG = {
    TEACHER: ("sigma2", "epsilon", "sigma_w2", "sigma_a2", "n", "N", "d"),
    MODULAR: ("sigma2", "gamma", "sigma_a2", "N", "P"),
}
_KEPT = {"-o": "{}", "--page": "{}/*.md"}
PRESETS = {TEACHER: ("fig2", "app-d"), MODULAR: ("fig3", "fig3")}


def decimal(chosen: Random, low: float, high: float) -> str:
    """A number between the two: a fraction with a denominator of two digits, or three decimals."""
    value = chosen.uniform(low, high)
    return chosen.choice((f"{round(value * 97) or 1}/97", f"{value:.3f}", f"{value:.3g}"))


def settings(chosen: Random, model: str) -> str:
    """A preset with one to three of its parameters changed, and sometimes rescaled."""
    sigma2 = f"sigma2={decimal(chosen, 0.03, 0.35)}"
    if model == TEACHER:
        others = (
            f"d={chosen.randrange(12, 260)}",
            f"n={chosen.randrange(400, 5000)}",
            f"N={chosen.randrange(100, 1500)}",
            f"epsilon={chosen.choice('-- ').strip()}{decimal(chosen, 0.05, 1.3)}",
            f"sigma_w2={decimal(chosen, 0.2, 1.2)}",
            f"sigma_a2={chosen.randrange(3, 30)}/{chosen.randrange(900, 1100)}",
        )
    else:
        others = (
            f"P={chosen.choice((11, 13, 23, 30, 45, 61, 97, 113, 211, 401))}",
            f"N={chosen.randrange(100, 3000)}",
            f"sigma_a2={chosen.randrange(1, 9)}e-{chosen.choice((4, 5, 6))}",
            f"gamma={chosen.randrange(1, 9)}e-{chosen.choice((3, 4, 5))}",
        )
    named = [sigma2, *chosen.sample(others, chosen.randrange(0, 3))]
    beta = f" --beta {chosen.choice(('1/8', '1/2', '2', '7/3'))}" if chosen.random() < 0.2 else ""
    preset = chosen.choice(PRESETS[model])
    return f"--preset {preset} " + " ".join(f"-s {each}" for each in named) + beta


def _tail(chosen: Random, theory: str, limit: str) -> str:
    digits = f" --digits {chosen.choice((5, 30, 40))}" if chosen.random() < 0.25 else ""
    return f"--theory {theory} --limit {limit}{digits} --json"


def solves(count: int = 25) -> Iterator[Request]:
    """Both models, limits and theories, ``count`` of each; the first at the presets themselves."""
    for model, limit, theory in product(MODELS, LIMITS, THEORIES):
        chosen = Random(f"solve {model} {limit} {theory}")
        for number in range(count):
            plain = f"--preset {PRESETS[model][number % 2]}" if number < 2 else ""
            if model == MODULAR and number == 1:
                plain = "--preset fig3 -s sigma2=1/10"
            ask = f"{plain or settings(chosen, model)} {_tail(chosen, theory, limit)}"
            quick = number == 0 and (limit, theory) != ("finite", "published")
            yield Request("solve", f"solve {model} {ask}", quick=quick)


def critical_points(count: int = 13) -> Iterator[Request]:
    """All events of both models in both limits and theories; one along another parameter in two."""
    for model, limit, theory in product(MODELS, LIMITS, THEORIES):
        chosen = Random(f"critical {model} {limit} {theory}")
        events = EVENTS[model, limit]
        for number in range(count):
            event = events[number % len(events)]
            other = number >= len(events) and chosen.random() < 0.5
            along = chosen.choice(ALONG[model]) if other else "sigma2"
            first = number < len(events)
            where = f"--preset {PRESETS[model][0]}" if first else settings(chosen, model)
            ask = f"{where} --event {event} --along {along} {_tail(chosen, theory, limit)}"
            quick = number == 0 and limit == "thermodynamic"
            yield Request("critical", f"critical {model} {ask}", quick=quick)


def derivations() -> Iterator[Request]:
    """Every quantity with its steps, and the chains of all quantities."""
    for model, theory in product(MODELS, THEORIES):
        for name in DERIVATIONS[model].split():
            line = f"derive {model} {name} --theory {theory} --steps --format json"
            yield Request("derive", line, quick=name == "kernel" and theory == "derived")
        yield Request("derive", f"derive {model} --theory {theory} --format json")
    for form in ("text", "latex", "markdown"):
        yield Request("derive", f"derive {TEACHER} action --steps --format {form}")


def sources() -> Iterator[Request]:
    """All expressions in all languages."""
    for model, theory, target in product(MODELS, THEORIES, TARGETS):
        for name in EXPRESSIONS[model].split():
            line = f"codegen {model} {name} --theory {theory} --target {target}"
            quick = name == "saddles" and theory == "derived" and target in ("c", "numpy")
            yield Request("codegen", line, quick=quick)


def listed() -> Iterator[Request]:
    """The lines of ``lines.txt``: a star if quick, the kind, the line; ``;`` parts two of them.

    The file that is named last is kept where it is an output.
    """
    for text in Path(__file__).with_name("lines.txt").read_text("utf-8").splitlines():
        kind, line = text[2:].split(maxsplit=1)
        first, _, last = line.rpartition(" ; ")
        kept = _KEPT.get(last.split()[-2], "") if last.count(" ") else ""
        keep = (kept.format(last.split()[-1]),) if kept and kind != "refused" else ()
        yield Request(kind, last, keep, first, text[0] == "*")


def long_ones() -> Iterator[Request]:
    """What takes minutes."""
    yield Request("stored", AGAIN, keep=("stored/*.json",))
    kept = ("report/results.json", "report/report.md", "report/figures/*.svg")
    yield Request("reproduce", "reproduce -o report", keep=kept, quiet=True)


def requests(quick: bool = False) -> list[Request]:
    """All of them, or those that together take seconds."""
    every = [
        *solves(),
        *critical_points(),
        *sources(),
        *listed(),
        *derivations(),
        *long_ones(),
    ]
    return [each for each in every if each.quick or not quick]
