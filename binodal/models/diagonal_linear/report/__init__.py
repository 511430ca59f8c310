"""What diagonal linear networks add to the report."""
