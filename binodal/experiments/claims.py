"""What the literature claims for measures, each as a test on networks in training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from binodal.experiments.onset_tables import lag
from binodal.experiments.tables import number, with_error
from binodal.page.blocks import Table, literal

SUPPORTED, CONTRADICTED, UNDECIDED, UNTESTED = (
    "supported",
    "contradicted",
    "undecided",
    "not testable here",
)

Document = Mapping[str, Any]
Outcome = tuple[str, str]


@dataclass(frozen=True)
class Claim:
    """A statement of the literature, what is tested, and a judge of a summary's numbers."""

    statement: str
    source: str
    test: str
    judge: Callable[[Document], Outcome]


def _row(document: Document, learner: str, measure: str) -> Mapping[str, Any] | None:
    rows = document["onsets"]
    return next((r for r in rows if (r["learner"], r["measure"]) == (learner, measure)), None)


def _end(document: Document, learner: str, measure: str, generalises: bool) -> Any:
    return next(
        (
            row
            for row in document["ends"]
            if (row["learner"], row["measure"], row["generalises"])
            == (learner, measure, generalises)
        ),
        None,
    )


def _predicts(names: Sequence[str], learner: str) -> Callable[[Document], Outcome]:
    """Whether one of the measures has its onset before, and not where nothing generalises."""

    def judge(document: Document) -> Outcome:
        rows = [row for name in names if (row := _row(document, learner, name)) is not None]
        told = "; ".join(_told(row) for row in rows)
        curves = [row for row in rows if row["of"]]
        told_of = [row for row in document["onsets"] if row["learner"] == learner]
        if all(row["mean"] is None for row in told_of):
            return UNTESTED, "the test accuracy itself has too few onsets"
        if not curves:
            return UNTESTED, told or "no curve"
        early = [row for row in curves if row["verdict"] == "before"]
        if any(not _idle(row) for row in early):
            return SUPPORTED, told
        if any(row["verdict"] == "undecided" for row in curves):
            return UNDECIDED, told
        return CONTRADICTED, told

    return judge


def _idle(row: Mapping[str, Any]) -> bool:
    """Whether it moves as well in most of the trainings that do not generalise."""
    return bool(row["flat"]) and 2 * row["false"] > row["flat"]


def _told(row: Mapping[str, Any]) -> str:
    unit = "steps after" if row["linear"] else "times the step of"
    later = "" if row["mean"] is None else f", {lag(row)} {unit} the test accuracy"
    seen = f", onset in {row['seen']} of {row['of']}" if row["of"] else ""
    idle = f" and in {row['false']} of {row['flat']} that do not generalise" if row["flat"] else ""
    return f"{row['measure']}: {row['verdict']}{later}{seen}{idle}"


def _alpha(document: Document) -> Outcome:
    """Whether alpha of generalising networks is 2 within its interval, and others' is not."""
    good, bad = (_end(document, "adamw", "htsr_alpha", kind) for kind in (True, False))
    if good is None or not good["stderr"]:
        return UNTESTED, "alpha has no value in the networks that generalise"
    told = f"alpha is {with_error(good['mean'], good['stderr'])} where networks generalise"
    if bad is not None:
        told += f", {with_error(bad['mean'], bad['stderr'])} where they do not"
    near = abs(good["mean"] - 2) < max(0.2, 3 * good["stderr"])
    return (SUPPORTED if near else CONTRADICTED), told


def _traps(document: Document) -> Outcome:
    """Traps at the end without a collapse contradict the herald, beyond those that chance makes."""
    end = _end(document, "adamw", "correlation_traps", True)
    if end is None:
        return UNTESTED, "no network generalises"
    drop = _end(document, "adamw", "test_accuracy", True)
    told = (
        f"at most {number(end['largest'], 2)} traps at any moment; the test accuracy ends at "
        f"{number(drop['mean'], 3)}, so that nothing has collapsed"
    )
    many = end["mean"] > max(0.05, 3 * (end["stderr"] or 0.0))  # chance makes one in a hundred
    return (CONTRADICTED if many else UNTESTED), told


def _features(document: Document) -> Outcome:
    """Whether a machine that trains no weight generalises, and its first regression does not."""
    ends, first = _end(document, "rfm", "test_accuracy", True), document["first_accuracy"]
    if ends is None:
        return CONTRADICTED, "no machine generalises"
    told = (
        f"{ends['count']} machines end at the test accuracy "
        f"{with_error(ends['mean'], ends['stderr'])}; kernel regression before the first step of "
        f"the metric has at most {number(first, 2)}"
    )
    return (SUPPORTED if first < 0.1 else CONTRADICTED), told


_BEFORE = (
    "one of the measures has its onset before the test accuracy's, and in at most half of the "
    "trainings that do not generalise"
)
CLAIMS = (
    Claim(
        "restricted and excluded loss show the circuit before the test accuracy",
        "Nanda et al. 2023",
        _BEFORE,
        _predicts(("restricted_loss", "excluded_loss"), "adamw"),
    ),
    Claim(
        "weights become sparse in frequency before the test accuracy rises (Gini, IPR)",
        "Nanda et al. 2023; Doshi et al. 2023",
        _BEFORE,
        _predicts(("gini_neuron", "gini_network", "ipr"), "adamw"),
    ),
    Claim(
        "sparsity, weight entropy and circuit complexity are progress measures",
        "Golechha 2024",
        _BEFORE,
        _predicts(("sparsity", "weight_entropy", "circuit_complexity"), "adamw"),
    ),
    Claim(
        "local complexity falls with grokking",
        "Humayun et al. 2024",
        _BEFORE,
        _predicts(("local_complexity",), "adamw"),
    ),
    Claim(
        "the linear mapping number tells generalisation better than norms do",
        "Liu et al. 2023",
        _BEFORE,
        _predicts(("linear_mapping_number",), "adamw"),
    ),
    Claim(
        "mutual information and token uniformity signal grokking",
        "de Mello Koch and Ghosh 2025; Gu et al. 2025",
        _BEFORE,
        _predicts(("mutual_information", "token_uniformity"), "adamw"),
    ),
    Claim(
        "the circulant part of the gradients' second moment grows before the accuracy",
        "Mallinar et al. 2024",
        _BEFORE + ", of machines",
        _predicts(("agop_circulant", "agop_alignment"), "rfm"),
    ),
    Claim(
        "alpha is about 2 where networks generalise",
        "Prakash and Martin 2025",
        "mean over networks at the end within 0.2, or three standard errors, of 2",
        _alpha,
    ),
    Claim(
        "correlation traps herald a collapse of the test accuracy",
        "Prakash and Martin 2025",
        "no traps where nothing collapses",
        _traps,
    ),
    Claim(
        "features decide, not networks or gradient descent",
        "Mallinar et al. 2024",
        "a machine generalises, and its kernel before the first step does not",
        _features,
    ),
)


def claims_table(document: Document) -> Table:
    """Every claim with its test and outcome."""
    lines = []
    for claim in CLAIMS:
        outcome, evidence = claim.judge(document)
        lines.append(
            [
                literal(claim.statement),
                claim.source,
                claim.test,
                f"**{outcome}**",
                literal(evidence),
            ]
        )
    header = ["claim", "source", "test", "outcome", "measured"]
    return Table(header, lines, "What the literature claims, tested on these trainings")
