"""The programming interface of the one-stop shop."""

from minhbach.dossiers.api import acting, reading, sending
from minhbach.dossiers.api.router import router

__all__ = ["acting", "reading", "router", "sending"]
