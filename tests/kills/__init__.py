"""Kills at random moments, after which the same command completes: ``python -m tests.kills``."""
