"""Settings of the whole suite: the same examples on every run, and no display."""

from __future__ import annotations

import os

from hypothesis import settings

# A failure must be the same failure tomorrow; a slow shared machine is not a failure.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

os.environ.setdefault("MPLBACKEND", "agg")
