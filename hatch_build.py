"""An editable installation needs the links in binodal/, which not every checkout has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("derive", "numerics", "validate")
ADVICE = (
    "an editable installation needs {link} to be a symbolic link to ../{name}, which cannot be "
    "made here ({reason}): allow symbolic links and check out again, or install without -e"
)


def make_links(root: Path) -> None:
    """Make what is missing; Git without symbolic links leaves small files in their places.

    Raises OSError, which says what to do, where no links can be made.
    """
    for name in FOLDERS:
        link = root / "binodal" / name
        if link.is_dir():
            continue
        try:
            link.unlink(missing_ok=True)
            link.symlink_to(Path("..") / name, target_is_directory=True)
        except OSError as error:
            reason = error.strerror or "not supported"
            raise OSError(ADVICE.format(link=link, name=name, reason=reason)) from None


class Links(BuildHookInterface[Any]):
    """Runs before a wheel is built; a real one takes the folders from where they stand."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the links for an editable installation."""
        if version == "editable":
            make_links(Path(self.root))
