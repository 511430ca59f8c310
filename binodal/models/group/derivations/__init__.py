"""The theory of products in a finite group, derived irrep by irrep."""
