"""What an experiment asks of measures through the transition of networks in equilibrium."""

from __future__ import annotations

NAME = "measures-in-equilibrium"
TITLE = "Measures in equilibrium: every measure through the transition, from both starts"
QUESTION = (
    "As sigma^2 falls, which measures move before the exact order parameter does, which with it, "
    "which after it, and do they follow the law of one neuron?"
)
