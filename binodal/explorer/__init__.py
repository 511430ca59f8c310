"""The interactive page: derived expressions as JavaScript, and what is written around them."""
