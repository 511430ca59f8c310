"""What made a report: versions, seeds, hashes and time, and nothing of the machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from binodal.page.blocks import Paragraph, Table
from binodal.page.measured import experiments
from binodal.page.section import Request, Section
from binodal.reports.work import library_versions, source_digest
from binodal.version import VERSION


def provenance(quick: bool, seconds: float) -> dict[str, Any]:
    """Versions, the hash of all sources, when, and how long; SOURCE_DATE_EPOCH is honoured.

    >>> sorted(provenance(True, 12.3))[:3]
    ['kind', 'libraries', 'python']
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return {
        "version": VERSION,
        "kind": "quick" if quick else "full",
        "written": moment.strftime("%Y-%m-%d %H:%M UTC"),
        "seconds": round(seconds),
        "sources_sha256": source_digest(),
        "python": platform.python_version(),
        "libraries": library_versions(),
    }


def chapter(request: Request) -> Section:
    """A table of what the numbers depend on, the seeds of the networks among it."""
    made = provenance(request.quick, 0.0)
    rows = [
        ["binodal", made["version"]],
        ["report", made["kind"]],
        ["sources, SHA-256", f"`{made['sources_sha256']}`"],
        ["Python", made["python"]],
        *([name, version] for name, version in made["libraries"].items()),
        *([f"seed, {name}", str(seed)] for name, seed in seeds(request.earlier).items()),
    ]
    words = Paragraph(
        "What is certified does not depend on the machine; what is converged does so in its last "
        "digits. Networks repeat bit for bit on one machine with one version of everything; on "
        "another processor rounding may lead their paths elsewhere, within the stated errors. The "
        "hash is over the files of the program, stored experiments included."
    )
    return Section([Table(["what", "value"], rows, "What made this report"), words])


def seeds(earlier: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Seeds of all networks, by the name of the chapter or of the stored experiment."""
    roots = {name: data["seed"] for name, data in earlier.items() if "seed" in data}
    for experiment in experiments(earlier, "stored"):
        seed = (experiment.get("provenance") or {}).get("seed")
        if seed is not None:
            roots[experiment["experiment"]] = seed
    return roots
