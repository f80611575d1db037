"""Fees: what a dossier owes, how it is paid, and what a bank or a gateway says came in."""
