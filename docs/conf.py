"""Sphinx settings. The build needs no network and its pages load nothing from other hosts."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "binodal"
author = "The binodal contributors"
copyright = author
version = release = installed_version("binodal")

extensions = ["myst_parser", "mathml"]
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
# The converter in _ext/mathml.py takes the place of MathJax, whose default is a remote script.
html_math_renderer = "mathml"

exclude_patterns = ["_build", "_ext"]
nitpicky = True
html_theme = "alabaster"
html_theme_options = {
    "description": "Grokking as a first-order phase transition: derived, computed, tested",
    "fixed_sidebar": True,
    "show_powered_by": False,
}
html_show_sourcelink = False
html_copy_source = False
