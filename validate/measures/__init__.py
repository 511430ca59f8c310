"""What the literature measures on trained networks, each defined once, beside the exact ones."""
