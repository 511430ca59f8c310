"""What is measured on networks, in the theory's own terms."""
