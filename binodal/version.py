"""The version, where a command can read it without searching for installed distributions."""

from __future__ import annotations

VERSION = "0.1.0"
