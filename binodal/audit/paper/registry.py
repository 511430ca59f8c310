"""All entries by label, in the order of the page."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

from binodal.audit.paper.appendix_a import ACTION, SCALING
from binodal.audit.paper.appendix_a_kernel import INTEGRALS, KERNEL
from binodal.audit.paper.appendix_b import FOURIER
from binodal.audit.paper.appendix_b_kernel import AVERAGES
from binodal.audit.paper.appendix_b_saddles import SADDLES
from binodal.audit.paper.appendix_b_symmetries import SYMMETRIES
from binodal.audit.paper.entry import Entry
from binodal.audit.paper.labels import normal
from binodal.audit.paper.main_modular import TEXT_MODULAR
from binodal.audit.paper.main_text import TEXT_POSTERIOR, TEXT_TRANSITION
from binodal.audit.paper.quoted import SETTINGS, STUDENT
from binodal.audit.paper.quoted_modular import ADDITION

SECTIONS = MappingProxyType(
    {
        "Main text: posterior and kernel": TEXT_POSTERIOR,
        "Main text: teacher-student": TEXT_TRANSITION,
        "Main text: modular addition": TEXT_MODULAR,
        "Appendix A: scaling": SCALING,
        "Appendix A: action": ACTION,
        "Appendix A: kernel": KERNEL,
        "Appendix A: Gaussian integrals": INTEGRALS,
        "Appendix B: symmetries": SYMMETRIES,
        "Appendix B: Fourier form": FOURIER,
        "Appendix B: averages": AVERAGES,
        "Appendix B: saddles": SADDLES,
        "Appendices C and D: settings": SETTINGS,
        "Quoted: teacher-student": STUDENT,
        "Quoted: modular addition": ADDITION,
    }
)


@cache
def registry() -> dict[str, Entry]:
    """Label to entry. Raises ValueError when two entries share a label."""
    entries = [entry for section in SECTIONS.values() for entry in section]
    labels = [normal(entry.label) for entry in entries]
    if len(set(labels)) != len(labels):
        raise ValueError("two entries share a label")
    return {entry.label: entry for entry in entries}
