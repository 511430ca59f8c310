"""What is compiled or evaluated of the derivations of groups."""
