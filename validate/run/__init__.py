"""Ensembles of networks: seeds, shards, checkpoints and stored runs."""
