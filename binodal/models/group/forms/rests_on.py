"""Other models whose derivations these forms use: a block is compared with a cyclic mode."""

from __future__ import annotations

PACKAGES = ("binodal.models.modular.derivations",)
