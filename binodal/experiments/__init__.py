"""Experiments with networks: run, summarised, drawn and shown."""
