"""Tests of the continuation of solution curves."""
