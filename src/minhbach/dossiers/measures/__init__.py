"""What of the one-stop shop can be counted. Own and mirrored dossiers count alike, for the office that handles them.

Which of these counts feeds a criterion, and against which others, belongs to the indicator set: two decisions may count
the same thing differently.
"""

from minhbach.dossiers.measures import names
from minhbach.dossiers.measures.further import ENDED, FOLLOWED, IN_PROCESS
from minhbach.dossiers.measures.tables import HANDLED, RECEIVED, RETURNED

__all__ = ["ENDED", "FOLLOWED", "HANDLED", "IN_PROCESS", "RECEIVED", "RETURNED", "names"]
