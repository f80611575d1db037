"""The trail: append-only events in chains of hashes, sealed once a day. See record.py, seal.py, verify.py.

A room declares its events in its events.py (found by itself) and records them in its actions:

    from minhbach.org import trail
    SCORED = trail.register("indices.scored", _("scored the criterion"))          # events.py
    trail.record(f"round:{r.pk}", SCORED, acting=acting, subject=score, data={…})  # actions.py
"""

from minhbach.org.trail.registry import label, listen, register

__all__ = ["digest", "label", "listen", "lock", "record", "register", "salt_erase", "salt_for"]


def __getattr__(name):
    # The recording half needs the tables, and this package is imported while they are being made.
    if name in ("record", "lock"):
        from minhbach.org.trail import recording

        return getattr(recording, name)
    if name in ("digest", "salt_for", "salt_erase"):
        from minhbach.org.trail import salts

        return getattr(salts, name)
    raise AttributeError(name)
