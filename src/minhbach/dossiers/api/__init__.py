"""The programming interface of the one-stop shop."""

from minhbach.dossiers.api import acting, files, forms, hooks, papers, reading, results, sending
from minhbach.dossiers.api.router import router

__all__ = ["acting", "files", "forms", "hooks", "papers", "reading", "results", "router", "sending"]
