"""Networks that learn the products of a group, and what is measured on them."""
