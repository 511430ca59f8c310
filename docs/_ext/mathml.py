"""A Sphinx math renderer that writes MathML, which browsers show without scripts or fonts."""

from __future__ import annotations

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

# The converter knows split alone of the environments that align at "&".
_SAME_AS_SPLIT = (
    "aligned",
    "align",
    "align*",
)

_logger = logging.getLogger(__name__)


def to_mathml(latex: str, display: str) -> str:
    """MathML of a formula; ``display`` is "inline" or "block".

    Raises ValueError for commands that the converter does not know: it would print them as text.

    >>> to_mathml(r"\\unheardof{x}", "inline")
    Traceback (most recent call last):
    ...
    ValueError: no MathML for a command or an environment in '\\\\unheardof{x}'
    """
    for name in _SAME_AS_SPLIT:
        latex = latex.replace(f"{{{name}}}", "{split}")
    markup = convert(latex, display=display)
    if "\\" in markup or "<mi>&</mi>" in markup:
        raise ValueError(f"no MathML for a command or an environment in {latex!r}")
    return markup


def _markup(node: nodes.Node, display: str) -> str:
    try:
        return to_mathml(node.astext(), display)
    except Exception as error:  # the converter raises errors of many kinds for bad LaTeX
        _logger.warning("cannot convert %r: %r", node.astext(), error, location=node)
        return f"<code>{node.astext()}</code>"


def _inline(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(_markup(node, "inline"))
    raise nodes.SkipNode


def _block(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math"))
    if node.get("number"):
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(_markup(node, "block"))
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer under the name ``mathml``."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
