"""What is compiled or evaluated of the derivations of groups."""

RESTS_ON = ("binodal.models.modular.derivations",)
"""A block is compared with the mode of a cyclic group."""
