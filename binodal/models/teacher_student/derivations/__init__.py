"""The erf student of a cubic teacher: from the posterior to its critical points."""
