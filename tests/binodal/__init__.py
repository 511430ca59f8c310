"""The command line, the API, sweeps and the report."""
