"""Data health: what in the data does not fit together, found by checks that are data themselves.

A room declares its checks in its health.py, which is found by itself (docs/health.md):

    from minhbach.org.health import WARNING, Check, register
    register(Check("dossiers.unheld", WARNING, _("Late dossiers that nobody holds"), find=_unheld, unit="office", …))
"""

from minhbach.org.health.registry import ERROR, HINT, SEVERITIES, WARNING, Check, Fault, Look, all_checks, register

__all__ = ["ERROR", "HINT", "SEVERITIES", "WARNING", "Check", "Fault", "Look", "all_checks", "register"]
