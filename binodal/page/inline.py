"""The small markup of prose, read once and written as HTML or as Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from binodal.page.blocks import MARKS
from binodal.page.mathematics import mathml, typeset_words

_TOKEN = re.compile(
    r"(?P<escape>\\(?P<mark>[\\`*$\[\]]))"
    r"|\$(?P<math>(?:[^$\\]|\\.)+)\$"
    r"|`(?P<code>[^`]+)`"
    r"|\*\*(?P<strong>(?:[^*\\]|\\.)+)\*\*"
    r"|\*(?P<emphasis>(?:[^*\\]|\\.)+)\*"
    r"|\[(?P<words>(?:[^\]\\]|\\.)+)\]\((?P<target>[^)\s]+)\)"
)


def _pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """(kind, content, target) in order; plain runs include what was escaped."""
    plain, last = "", 0
    for match in _TOKEN.finditer(text):
        plain += text[last : match.start()]
        last = match.end()
        if match["escape"]:
            plain += match["mark"]
            continue
        if plain:
            yield "plain", plain, ""
            plain = ""
        kind = next(k for k in ("math", "code", "strong", "emphasis", "words") if match[k])
        yield kind, match[kind], match["target"] or ""
    plain += text[last:]
    if plain:
        yield "plain", plain, ""


def inline_html(text: str) -> str:
    """Prose as HTML; everything is escaped, links go to anchors of the page or to https pages.

    >>> inline_html("a < b in *one* step")
    'a &lt; b in <em>one</em> step'
    """
    return "".join(_piece_html(*piece) for piece in _pieces(text))


def _piece_html(kind: str, content: str, target: str) -> str:
    if kind == "math":
        return mathml(content, "inline")
    if kind == "code":
        return f"<code>{html.escape(content, quote=False)}</code>"
    if kind == "plain":
        return typeset_words(html.escape(content, quote=False))
    inner = inline_html(content)
    if kind == "words":
        if not target.startswith(("#", "https://")):
            raise ValueError(f"a link may lead to #anchor or https://, not to {target!r}")
        return f'<a href="{html.escape(target)}">{inner}</a>'
    tag = "strong" if kind == "strong" else "em"
    return f"<{tag}>{inner}</{tag}>"


def inline_markdown(text: str) -> str:
    """Prose as Markdown: the same markup, with literal marks escaped for Markdown.

    >>> inline_markdown("of |w\\\\*| and w_0")
    'of |w\\\\*| and w\\\\_0'
    """
    return "".join(_piece_markdown(*piece) for piece in _pieces(text))


def _piece_markdown(kind: str, content: str, target: str) -> str:
    if kind == "plain":
        return re.sub(rf"([{re.escape(MARKS)}_<>~])", r"\\\1", content)
    if kind in ("math", "code"):
        mark = "$" if kind == "math" else "`"
        return f"{mark}{content}{mark}"
    inner = inline_markdown(content)
    if kind == "words":
        return f"[{inner}]({target})"
    mark = "**" if kind == "strong" else "*"
    return f"{mark}{inner}{mark}"


def plain_text(text: str) -> str:
    """Prose without its marks, for the terminal and for titles.

    >>> plain_text("of **all** `N` neurons")
    'of all N neurons'
    """
    return "".join(
        content if kind in ("plain", "math", "code") else plain_text(content)
        for kind, content, _ in _pieces(text)
    )
