"""Sweeps on disk: chunks, stores, interrupted and killed processes, clusters, pictures."""
