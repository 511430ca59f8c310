"""The chapters of the report: who writes each, where it stands, and how long it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from binodal.page.section import Request, Section
from binodal.version import VERSION

TITLE = "Grokking as a first-order phase transition: derived, computed, tested"


@dataclass(frozen=True)
class Chapter:
    """``write`` makes the content; chapters are written in the order of :data:`CHAPTERS` and stand
    in the order of ``place``. ``seconds`` is what the quick and the full one took on two cores."""

    name: str
    title: str
    place: int
    write: Callable[[Request], Section]
    seconds: tuple[float, float]

    @property
    def anchor(self) -> str:
        """The id of its heading."""
        return self.name


def _question(request: Request) -> Section:
    from binodal.reports.question import question_chapter

    return question_chapter(request)


def _teacher_student_steps(request: Request) -> Section:
    from binodal.models.registry import model
    from binodal.page.derivations import derivations

    return derivations(model("teacher-student").quantities(), request)


def _modular_steps(request: Request) -> Section:
    from binodal.models.registry import model
    from binodal.page.derivations import derivations

    return derivations(model("modular").quantities(), request)


def _audit(request: Request) -> Section:
    from binodal.reports.audit import audit_chapter

    return audit_chapter(request)


def _teacher_student(request: Request) -> Section:
    from binodal.models.teacher_student.report.chapter import critical_chapter

    return critical_chapter(request)


def _modular(request: Request) -> Section:
    from binodal.models.modular.report.chapter import critical_chapter

    return critical_chapter(request)


def _networks(request: Request) -> Section:
    from binodal.reports.networks import networks_chapter

    return networks_chapter(request)


def _stored(request: Request) -> Section:
    from binodal.reports.experiments import stored_chapter

    return stored_chapter(request)


def _agreement(request: Request) -> Section:
    from binodal.reports.agreement import agreement_chapter

    return agreement_chapter(request)


def _findings(request: Request) -> Section:
    from binodal.reports.findings import findings_chapter

    return findings_chapter(request)


def _figures(request: Request) -> Section:
    from binodal.reports.figures import figures_chapter

    return figures_chapter(request)


def _provenance(request: Request) -> Section:
    from binodal.reports.provenance import provenance_chapter

    return provenance_chapter(request)


CHAPTERS = (
    Chapter("question", "The question", 0, _question, (0.1, 0.1)),
    Chapter(
        "teacher-student-steps",
        "Teacher-student: the derivation, step by step",
        2,
        _teacher_student_steps,
        (20, 20),
    ),
    Chapter(
        "modular-steps",
        "Modular addition: the derivation, step by step",
        3,
        _modular_steps,
        (15, 15),
    ),
    Chapter("audit", "The printed equations, judged", 4, _audit, (30, 30)),
    Chapter("teacher-student", "Teacher-student: critical points", 5, _teacher_student, (4, 8)),
    Chapter("modular", "Modular addition: critical points", 6, _modular, (8, 12)),
    Chapter("networks", "Networks trained for this report", 8, _networks, (60, 150)),
    Chapter("stored", "Stored experiments", 9, _stored, (3, 3)),
    Chapter("agreement", "Theory against networks", 10, _agreement, (0.1, 0.1)),
    Chapter("figures", "The paper's figures, redone", 7, _figures, (15, 25)),
    Chapter("findings", "What was found", 1, _findings, (0.1, 0.1)),
    Chapter("provenance", "Provenance", 11, _provenance, (0.1, 0.1)),
)


def lead() -> str:
    """The sentence under the title."""
    return (
        "A reproduction of *Grokking as a First Order Phase Transition in Two Layer Networks* "
        f"([arXiv:2310.03789](https://arxiv.org/abs/2310.03789)), written by binodal {VERSION}: "
        "every formula derived from definitions and checked by a second route, every critical "
        "point enclosed in a proved ball, every network's result with its error."
    )


def foot(made: Mapping[str, Any]) -> str:
    """The line at the end."""
    return (
        f"Written {made['written']} by binodal {made['version']} ({made['kind']} report, "
        f"{made['seconds']} s of work). Sources `{made['sources_sha256'][:16]}`."
    )
