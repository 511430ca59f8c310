"""Benchmarks: this code against the naive way, timed side by side."""
