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

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "mathml",
    "docstrings",
    "binodal_help",
    "figures",
]
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
# The converter in _ext/mathml.py takes the place of MathJax, whose default is a remote script.
html_math_renderer = "mathml"

exclude_patterns = ["_build", "_ext"]
nitpicky = True
# Types of other packages have no page here; a name of this program that stays open is an error.
nitpick_ignore_regex = [("py:.*", r"(?!binodal|derive|numerics|validate).*")]
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
add_module_names = False
# "$" and the commands are shown; copying a block with its prompt is the reader's choice.
highlight_language = "none"
html_theme = "alabaster"
html_theme_options = {
    "description": "Grokking as a first-order phase transition: derived, computed, tested",
    "fixed_sidebar": False,
    "page_width": "1160px",
    "sidebar_width": "240px",
    "font_family": "system-ui, 'Segoe UI', 'Liberation Sans', Arial, sans-serif",
    "font_size": "16px",
    "show_powered_by": False,
}
html_static_path = ["_static", "../binodal/page/mathematics.woff2"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
