"""What a sweep's file says about itself, and whether it answers the same request."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from binodal.errors import RequestError
from binodal.models.registry import model
from binodal.numerics.disk import digest

REQUEST = "request"
_VERSION, _VERSIONS = "version_", "versions_sha256"
SEAL_MEANING = "SHA-256 of the request's hash and of a chunk's files in the order of the variables"
_LIBRARIES = ("numpy", "scipy", "sympy", "mpmath", "python-flint")
_HASHED = ("action", "closure")
"""The expressions that everything else follows from by derivation."""


def attributes(request: Mapping[str, Any]) -> dict[str, str]:
    """The request as one JSON text, its parts for a reader's eye, versions, and hashes.

    ``request_sha256`` is the hash of that text; ``expression_*`` are those of the derived
    expressions in SymPy's unambiguous form.
    """
    text = json.dumps(request, sort_keys=True)
    texts = {key: str(request[key]) for key in ("model", "theory", "limit", "version")}
    texts |= {f"parameter_{name}": value for name, value in request["params"].items()}
    texts |= {"assumptions": "; ".join(request["assumptions"]) or "none", "Conventions": "CF-1.8"}
    texts |= {f"{_VERSION}{name}": number for name, number in versions().items()}
    texts |= dict(expression_hashes(request["model"], request["theory"]))
    texts[_VERSIONS] = _versions_hash(texts)
    return {**texts, REQUEST: text, "request_sha256": digest(text).hex()}


def _versions_hash(facts: Mapping[str, str]) -> str:
    return digest(*(f"{k} {v}\n" for k, v in sorted(facts.items()) if k.startswith(_VERSION))).hex()


def seal(request_sha256: str, number: int, contents: Iterable[bytes]) -> bytes:
    """The hash of a chunk: of the request's hash, its number, and its variables in their order."""
    return digest(f"{request_sha256} {number} ", *contents)


def kept_attributes(
    path: Path, stored: Mapping[str, str], wanted: Mapping[str, str]
) -> dict[str, str]:
    """What a file of the same request says about itself: with the versions that made it.

    Raises RequestError where these are damaged, unless they are today's.
    """
    known = stored.get(_VERSIONS)
    versions_there = {k: v for k, v in stored.items() if k.startswith(_VERSION)}
    if known is None or known == wanted[_VERSIONS]:
        return dict(wanted)
    if known != _versions_hash(versions_there):
        raise RequestError(f"{path} is damaged (its versions): give another file with -o")
    others = {k: v for k, v in wanted.items() if not k.startswith(_VERSION)}
    return {**others, **versions_there, _VERSIONS: known}


@cache
def versions() -> Mapping[str, str]:
    """Versions of Python and of the libraries that numbers depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}}


@cache
def expression_hashes(model_name: str, theory: str) -> Mapping[str, str]:
    """Hashes of the action and the closure as they are derived."""
    import sympy as sp

    def hashed(values: Mapping[str, sp.Expr]) -> str:
        text = "\n".join(f"{name} = {sp.srepr(value)}" for name, value in values.items())
        return digest(text).hex()

    available = model(model_name).offer("expressions")
    return {
        f"expression_{name}_sha256": hashed(available[name](theory).values)
        for name in _HASHED
        if name in available
    }


def require_same(
    path: Path, stored: Mapping[str, str], wanted: Mapping[str, str], complete: bool
) -> None:
    """Raise RequestError, which says what differs, unless a file can be gone on with.

    A complete file may have been made with other versions of the libraries; a half of one may not,
    or its cells would not be comparable to the last bit. What an older file does not say is not
    compared.
    """
    try:
        there, here = json.loads(stored[REQUEST]), json.loads(wanted[REQUEST])
        whole = stored["request_sha256"] == digest(stored[REQUEST]).hex()
    except (ValueError, LookupError):
        whole = False
    if not whole or not isinstance(there, dict):
        raise RequestError(f"{path} is damaged (its request): give another file with -o")
    different = [_difference(key, there, here) for key in sorted({*there, *here})]
    if any(different):
        fields = "; ".join(text for text in different if text)
        raise RequestError(
            f"{path} belongs to another request (it differs in {fields}): give another file with -o"
        )
    changed = [key for key in wanted if key in stored and stored[key] != wanted[key]]
    derived = [key for key in changed if key.startswith("expression_")]
    if derived:
        raise RequestError(
            f"{path} was computed from other expressions ({', '.join(derived)}): "
            "give another file with -o"
        )
    libraries = [key for key in changed if key.startswith("version_")]
    if libraries and not complete:
        fields = ", ".join(
            f"{key.removeprefix('version_')} {stored[key]}, here {wanted[key]}" for key in libraries
        )
        raise RequestError(f"{path} was begun with {fields}: go on there, or give another file")


def _difference(key: str, there: Mapping[str, Any], here: Mapping[str, Any]) -> str:
    """What differs under a key of two requests, or nothing."""
    old, new = there.get(key), here.get(key)
    if old == new:
        return ""
    if isinstance(old, dict) and isinstance(new, dict):
        parts = [
            f"{name} {old.get(name, 'unset')}, here {new.get(name, 'unset')}"
            for name in sorted({*old, *new})
            if old.get(name) != new.get(name)
        ]
        return f"{key}: {', '.join(parts)}"
    short = all(isinstance(value, (str, int)) for value in (old, new))
    return f"{key}: {old}, here {new}" if short else key
