"""Networks of any activation and teacher, and what is measured on them."""
