"""The chapter of the report on groups."""
