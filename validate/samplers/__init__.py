"""Samplers of exp(-U), all in one shape: build, state, init, step, info."""
