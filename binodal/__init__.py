"""What people use: the command line, the Python interface and the report."""
