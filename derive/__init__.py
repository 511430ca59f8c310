"""Derivations: every formula of the theory as the checked result of a chain of steps."""
