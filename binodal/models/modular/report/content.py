"""The modular-addition model's part of the report."""

from __future__ import annotations

from binodal.models.late import Late
from binodal.models.report import Report
from binodal.page.blocks import Formula

REPORT = Report(
    package="binodal.models.modular.report",
    title="Modular addition",
    setting="modular addition, Fig. 3",
    definition=Formula(
        r"f_p(x_{nm}) = \sum_{i=1}^{N} a_{pi}\,(w_i\cdot x_{nm})^2, \quad "
        r"y_p(x_{nm}) = \delta_{p,\,(n+m)\,\mathrm{mod}\,P} - \frac{1}{P}",
        "**Modular addition**, on all $P^2$ pairs, with $x_{nm}$ two-hot:",
    ),
    action="$S_k/P$",
    events=("birth", "coexistence", "gmfl2"),
    # The ends of GMFL-I in the text on Fig. 3.
    quoted={"coexistence": "0.227", "gmfl2": "0.175"},
    headline=("a", "a_direct", "lambda", "x2"),
    training="modular addition: half of the networks start on the ring",
    ensembles=Late("binodal.models.modular.report.networks", "ensembles").of,
    seconds=(8, 12),
    seconds_of_steps=(15, 15),
)
