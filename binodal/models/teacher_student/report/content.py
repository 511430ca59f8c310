"""The teacher-student model's part of the report."""

from __future__ import annotations

from binodal.models.late import Late
from binodal.models.report import Report
from binodal.page.blocks import Formula

REPORT = Report(
    package="binodal.models.teacher_student.report",
    title="Teacher-student",
    setting="teacher-student, Fig. 2",
    definition=Formula(
        r"f(x) = \sum_{i=1}^{N} a_i\,\mathrm{erf}(w_i\cdot x), \quad "
        r"y(x) = H_1(w_*\cdot x) + \epsilon\, H_3(w_*\cdot x)",
        "**Teacher-student**, with $x$ a standard Gaussian vector of $d$ components, $n$ "
        "examples, and $H_k$ the Hermite polynomials:",
    ),
    action="$S/d$",
    events=("birth", "coexistence"),
    # M.Claim I.
    quoted={"coexistence": "0.18"},
    headline=("b", "c", "q2"),
    training="teacher-student: each network on a data set of its own",
    ensembles=Late("binodal.models.teacher_student.report.networks", "ensembles").of,
    seconds=(4, 8),
    seconds_of_steps=(20, 20),
)
