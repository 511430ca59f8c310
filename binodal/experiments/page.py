"""The stored experiments as one Markdown page with figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from binodal.comparison.text import percent
from binodal.experiments.drawings import drawings
from binodal.experiments.figures import LINES, label_of, main_form
from binodal.experiments.findings import findings
from binodal.experiments.lent import LENT
from binodal.experiments.stored import read_experiments
from binodal.page.output import drawn, require_folder, write_text

FIGURES, PAGE = "experiments", "experiments.md"
_INTRODUCTION = """\
# Experiments with trained networks

Networks were trained to equilibrium by Langevin dynamics and hold every theory to account. Error
bars come from independent data sets (modular addition: independent networks); verdicts have a
family-wise false-alarm rate of 1 % a case, and wrong theories are compared beside the right ones.
AGREE is said where a theory wrong by more than 5 % would have been rejected; each cell has the
p-value and the smallest relative error that is excluded. p holds for units as skewed as lognormal
ones; where the units' own skewness is not stored, for the whole of that range.
`binodal experiment NAME -o DIR` repeats an experiment; numbers are labelled measured. a, b and c
are averaged exactly over the readout, as equilibrium theories predict them; `a_direct` is that of
the networks as they stand. `binodal experiment --page docs` writes this page, and
`python -m binodal.experiments.again` judges all that is stored by the theories of today.

A DISAGREE of the derived theory at its own size is a result as well: the mean field is exact for N
to infinity only. The finite-width theory adds its first correction in 1/N (the first two for
modular addition up to P = 13), derived as well; its error is the estimated size of those left out.
`closing-gaps` shows how the distances close as data, width and all sizes grow. BAOAB's steps
leave a bias, which chains of half the step measured on up to 16 networks of a setting: at the
sizes of Fig. 2 a part in a thousand of c, and of b less than can be told. Error bars hold it, with
its own error. Modular networks, whose error bars would be smaller than it, were sampled by an exact
sampler (hmc) up to P = 11.
"""


def page(folder: Path) -> Path:
    """Write ``folder``/experiments.md and its figures; the path of the page.

    Raises :class:`binodal.errors.RequestError` where they cannot be written.
    """
    require_folder(folder, PAGE)
    pictures = require_folder(folder / FIGURES)
    parts = [_INTRODUCTION]
    documents = read_experiments()
    if not documents:
        parts.append("No experiment is stored with this version.\n")
    for document in documents:
        parts.append("\n".join(_section(document, pictures)))
    write_text(folder / PAGE, "\n".join(parts))
    return folder / PAGE


def _section(document: Mapping[str, Any], pictures: Path) -> Iterator[str]:
    yield f"## {document['title']}\n\n{document['question']}\n"
    named = [
        *((f"brief-{stem}", draw, words) for stem, draw, words in drawings(document, brief=True)),
        *((f"{document['experiment']}-{s}", draw, words) for s, draw, words in drawings(document)),
    ]
    for stem, draw, caption in named:
        file = pictures / f"{stem}.svg"
        drawn(file, partial(draw, document))
        yield f"![{caption}]({FIGURES}/{file.name})\n\n*{caption}.*\n"
    yield "".join(f"- {line}\n" for line in findings(document["rows"]))
    yield from _verdicts(document)
    lent = [case["name"] for case in document["cases"] if case.get("step_bias") == LENT]
    if lent:
        yield (
            "The bias of the sampler's step was not measured in these runs; their error bars hold "
            f"the largest that the other runs found: {', '.join(lent)}.\n"
        )
    yield from _sources(document["sources"])
    yield from _fits(document)
    if document["missing"]:
        yield f"Not run: {', '.join(document['missing'])}.\n"
    yield from _provenance(document["provenance"])


def _verdicts(document: Mapping[str, Any]) -> Iterator[str]:
    """One line a case and observable, the theories at their own size beside each other."""
    rows = [
        r
        for r in document["rows"]
        if (r["theory"], r["limit"]) in LINES
        and main_form(r["limit"], r["modes"])
        and r["at"] is None
    ]
    theories = list(dict.fromkeys((r["theory"], r["limit"]) for r in rows))
    if not rows:
        return
    names = " | ".join(label_of(*theory) for theory in theories)
    yield f"| case | observable | networks | {names} |"
    yield "|---|---|---|" + "---|" * len(theories)
    for key in dict.fromkeys((r["case"], r["observable"]) for r in rows):
        own = {(r["theory"], r["limit"]): r for r in rows if (r["case"], r["observable"]) == key}
        first = next(iter(own.values()))
        cells = [_cell(own[t]) if t in own else "" for t in theories]
        stated = f"{first['measured']:.5g} ± {first['stderr'] or 0:.1g}"
        yield f"| {key[0]} | {key[1]} | {stated} | {' | '.join(cells)} |"
    rejected = [c for c in document["controls"] if c["rejected"]]
    yield (
        f"\nWrong theories: {len(rejected)} of {len(document['controls'])} (case, control) pairs "
        "are rejected by at least one row.\n"
    )


def _cell(row: Mapping[str, Any]) -> str:
    """The prediction, its p-value, what the row excludes, and the verdict."""
    predicted = "-" if row["predicted"] is None else f"{row['predicted']:.5g}"
    told = [] if row["p"] is None else [f"p {row['p']:.1g}"]
    if row["excludes"] is not None:
        told.append(f"excludes {percent(row['excludes'])}")
    return " ".join([predicted, *([f"({', '.join(told)})"] if told else []), row["verdict"]])


def _sources(sources: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """How much of networks - theory each approximation explains, removed alone."""
    for names in dict.fromkeys(_parts(sources).values()):
        own = [k for k, v in _parts(sources).items() if v == names]
        yield f"Where the gap comes from: networks − theory = {' + '.join(names)}.\n"
        yield f"| case | observable | networks − theory | {' | '.join(names)} |"
        yield "|---|---|---|" + "---|" * len(names)
        for key in own:
            of = {s["source"]: s for s in sources if _place(s) == key}
            gap = next(iter(of.values()))
            cells = " | ".join(_effect(of[n]) for n in names)
            yield f"| {key[0]} | {key[1]} | {gap['gap']:+.3g} ({gap['base']}) | {cells} |"
        yield ""


def _place(source: Mapping[str, Any]) -> tuple[str, str]:
    return source["case"], source["observable"]


def _parts(sources: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], tuple[str, ...]]:
    """The names of the sources of each case's observable."""
    names: dict[tuple[str, str], tuple[str, ...]] = {}
    for source in sources:
        names[_place(source)] = (*names.get(_place(source), ()), source["source"])
    return names


def _effect(source: Mapping[str, Any]) -> str:
    error = f" ± {source['stderr']:.1g}" if source["stderr"] else ""
    return f"{source['effect']:+.2g}{error}"


def _fits(document: Mapping[str, Any]) -> Iterator[str]:
    if not document["fits"]:
        return
    yield "| ladder | observable | theory | gap at the ends | exponent | chi^2 / freedom (p) |"
    yield "|---|---|---|---|---|---|"
    for fit in document["fits"]:
        gaps, law = fit["gaps"], fit["law"]
        ends = " to ".join(f"{g['gap']:.3g} ± {g['stderr']:.1g}" for g in (gaps[0], gaps[-1]))
        law_text, quality = f"none: {fit['why']}", "-"
        if law is not None:
            law_text = f"{law['exponent']:.2f} ± {law['stderr']:.2f}"
        if fit["p"] is not None:
            quality = f"{fit['chi2']:.3g} / {fit['freedom']} ({fit['p']:.1g})"
        if fit["left_out"]:
            law_text += f" (without {', '.join(fit['left_out'])}, not settled)"
        yield (
            f"| {fit['ladder']} (along {fit['along']}) | {fit['observable']} | "
            f"{label_of(fit['theory'], fit['limit'])} | "
            f"{ends} | {law_text} | {quality} |"
        )
    yield ""


def _provenance(provenance: Mapping[str, Any]) -> Iterator[str]:
    environment = ", ".join(f"{k} {v}" for k, v in provenance["environment"].items())
    yield f"Provenance: binodal {provenance['binodal']}; {environment}.\n"
    for made_with, names in _elsewhere(provenance["runs"]).items():
        yield f"Made with {made_with}: {', '.join(names)}.\n"
    yield "| run | networks | sampler | burn-in + draws x thin | seed | request |"
    yield "|---|---|---|---|---|---|"
    for name, run in provenance["runs"].items():
        yield (
            f"| {name} | {run['networks']} ({run['starts']}) | {run['sampler']} | "
            f"{run['burn_in']} + {run['draws']} x {run['thin']} | {run['seed']} | {run['digest']} |"
        )
    yield ""


def _elsewhere(runs: Mapping[str, Any]) -> dict[str, list[str]]:
    """Runs of another environment, by what differs."""
    runs_by_environment: dict[str, list[str]] = {}
    for name, run in runs.items():
        if "environment" in run:
            environment = ", ".join(f"{k} {v}" for k, v in run["environment"].items())
            runs_by_environment.setdefault(environment, []).append(name)
    return runs_by_environment
