"""What each theory predicts for the observables of a run."""
