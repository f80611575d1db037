"""What is checked of dossiers: who holds them, what their way needs, what was issued and paid, what other systems tell
and are told."""

from minhbach.dossiers.health import exchange, hands, money, results, setup

__all__ = ["exchange", "hands", "money", "results", "setup"]
