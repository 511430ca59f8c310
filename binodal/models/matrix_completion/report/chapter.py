"""Matrix completion: when an entry that is not seen goes over, and trained factors beside it."""

from __future__ import annotations

from math import log

from binodal.models.matrix_completion.network.descent import halfway
from binodal.models.matrix_completion.parameters import NAME
from binodal.models.matrix_completion.setting import ENTRIES, ENTRY, setting_of
from binodal.page import blocks as page
from binodal.page.section import Request, Section, all_decided

TRAINED = (("2", "1/40"), ("2", "1/20"))
_STEP, _LEVEL = 0.015, 0.5
_HEADER = [
    r"$\alpha$",
    r"$\lambda$",
    "gradient flow",
    "law",
    "networks",
    r"no constant: $\log\alpha/\lambda$",
]
_WORDS = (
    r"A symmetric matrix $W = U U^T - V V^T$ from $U = V = \alpha 1$ of which "
    f"{ENTRIES.replace(' | ', ', ')} are seen: early all other entries are zero, late $W$ has the "
    "least nuclear norm, and the entry at 1,1 goes from 0 to 1. Decay of the norm is its clock "
    r"too, with an $A^*$ of its own. Networks are factors that descend by plain steps "
    "of two lengths, extrapolated to none; in brackets what that changes."
)


def chapter(request: Request) -> Section:
    """A table of times."""
    request.say("  entries of matrices")
    setting, documents, rows = setting_of({"entries": ENTRIES, "entry": ENTRY}), [], []
    for alpha, decay in TRAINED:
        document = request.critical(NAME, "transition", alpha=alpha, **{"lambda": decay})
        documents.append(document)
        start, rate = float(document["params"]["alpha"]), 1 / float(decay.removeprefix("1/"))
        until = (log(start) + 1) / rate
        rough, fine = (halfway(setting, start, rate, _LEVEL, _STEP / k, until) for k in (1, 2))
        numbers = (float(document["value"]["value"]), float(document["at"]["law"]["value"]))
        networks = f"{2 * fine - rough:.3f} ({abs(fine - rough):.3f})"
        bare = f"{log(start) / rate:.3f}"
        rows.append([alpha, decay, *(f"{x:.3f}" for x in numbers), networks, bare])
    table = page.Table(_HEADER, rows, "Times of the transition of the entry at 1,1.")
    return Section(
        [page.Paragraph(_WORDS), table],
        data={"critical": documents},
        decided=all_decided(documents),
    )
