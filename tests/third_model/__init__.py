"""A complete model that no product code names: its folder is this one."""
