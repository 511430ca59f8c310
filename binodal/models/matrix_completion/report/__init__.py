"""Matrix completion in the report."""
