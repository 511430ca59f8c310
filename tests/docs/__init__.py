"""The documentation runs: every code block of every page."""
