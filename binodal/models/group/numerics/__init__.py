"""Closures and events of groups, certified, through the cyclic group that a block equals."""
