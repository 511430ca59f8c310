"""Training runs as the command line and the Python interface see them."""
