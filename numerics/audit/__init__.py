"""Numbers for the audit of the printed equations: quoted values and independent witnesses."""
