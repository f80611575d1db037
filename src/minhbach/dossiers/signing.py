"""What this room has signed; loaded by org, so that an answer finds its paper in every process."""

from minhbach.dossiers.actions.result_signing import SEAL_RESULT, SIGN_RESULT

__all__ = ["SEAL_RESULT", "SIGN_RESULT"]
