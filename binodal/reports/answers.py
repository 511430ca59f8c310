"""Requests for chapters and figures, in which the commands answer."""

from __future__ import annotations

from typing import Any

from binodal.critical import critical
from binodal.page.section import Document, Request, Say
from binodal.solve import solve


def request(quick: bool, say: Say, **more: Any) -> Request:
    """A request to write; ``more`` are the further fields of :class:`Request`."""
    return Request(quick, say, solve=_solved, critical=_critical, **more)


def _solved(*of: Any, **asked: Any) -> Document:
    return solve(*of, **asked).document


def _critical(*of: Any, **asked: Any) -> Document:
    return critical(*of, **asked).document
