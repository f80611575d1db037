"""The programming interface of the one-stop shop."""

from minhbach.dossiers.api import acting, hooks, reading, sending
from minhbach.dossiers.api.router import router

__all__ = ["acting", "hooks", "reading", "router", "sending"]
