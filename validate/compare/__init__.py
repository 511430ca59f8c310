"""Measured observables against predictions: error bars, verdicts, sources of disagreement."""
