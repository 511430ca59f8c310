"""What is predicted for networks, and what is known to be wrong."""
