"""The question that the report answers, and the words that it uses."""

from __future__ import annotations

from binodal.page.blocks import Block, Items, Paragraph, Part, Table
from binodal.page.section import Request, Section
from binodal.reports.offered import reported


def chapter(request: Request) -> Section:
    """What is asked, of which networks, and what the labels mean."""
    return Section([*_asked(), _networks(), _events(), _labels()])


def _asked() -> list[Block]:
    return [
        Paragraph(
            "A wide two-layer network that is trained by Langevin dynamics at temperature "
            r"$\sigma^2$ samples a Bayesian posterior. In mean-field scaling that posterior "
            r"factorises over hidden neurons: the input weights of each follow $e^{-S[w]}$, where "
            "the action $S$ depends on the mean residual of the whole network, and the residual "
            "depends on the law of the neurons. $S$ carries a large factor (the input dimension "
            "$d$, or the group order $P$), so a neuron sits near a minimum of the action."
        ),
        Paragraph(
            "A minimum at zero overlap with the target is lazy: the network is a Gaussian process "
            "(**GFL**). Minima at a finite overlap are neurons that have learned the feature. "
            "They may coexist with the lazy minimum (**GMFL-I**) or take over (**GMFL-II**). "
            "Grokking is then the crossing of a first-order transition as the temperature "
            "falls, the data grow, or the width shrinks."
        ),
        Paragraph(
            "This report asks of the theory in "
            "[arXiv:2310.03789](https://arxiv.org/abs/2310.03789): does it follow from its "
            "definitions; where exactly does it put the transition; and do trained networks "
            "agree? Two theories are kept apart throughout. **Published** is the theory whose "
            "numbers the paper plots. **Derived** is what follows here from the definitions."
        ),
    ]


def _networks() -> Part:
    return Part("The two networks", [report.definition for _, report in reported()])


def _events() -> Part:
    return Part(
        "Three events that never share a name",
        [
            Items(
                [
                    "**Birth** (the feature's spinodal): a new local minimum of the action "
                    "appears.",
                    "**Coexistence** (the binodal, the first-order point): it is as deep as the "
                    "lazy one.",
                    "**Instability** (the lazy state's spinodal): the minimum at zero ceases to "
                    "be one.",
                ]
            )
        ],
    )


def _labels() -> Part:
    rows = [
        ["derived", "an expression that ends a chain of checked steps from the definitions"],
        [
            "certified",
            "a ball that is proved to hold the true value, for the stated theory and limit",
        ],
        ["converged", "a number with an estimate of its error, not proved"],
        [
            "measured",
            "an average over trained networks, with a standard error that respects autocorrelation",
        ],
        ["absent", "proved not to exist"],
        ["undecided", "neither proved nor disproved; nothing is claimed"],
        ["not run", "networks that this report did not train and has no stored result of"],
    ]
    return Part(
        "What the labels mean", [Table(["label", "the result is"], rows, "How far to trust what")]
    )
