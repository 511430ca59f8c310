"""Rules of the repository itself, each with a canary that proves the rule can fail."""
