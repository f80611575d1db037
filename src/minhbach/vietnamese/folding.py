"""Search folding: what two texts must have in common for one to find the other."""

import re
import unicodedata

from .letters import one_stroke

_INVISIBLE = {"Cf", "Mn", "Mc", "Me"}
_ODD_DOT = re.compile(r"(?<![^\W_])\.|\.(?!\d)")
_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """`text` as search compares it: small letters without marks, words separated by one space.

    - Case, tones, vowel marks and đ→d are folded, for composed and decomposed text alike, so the old and
      the new placement of the tone (hoà, hòa) meet.
    - Punctuation becomes a space ("12/BC-SGDĐT" → "12 bc sgddt"), except a full stop before a digit inside
      a code or a number, which stays: "TTHC 3.4.2." → "tthc 3.4.2", so that 3.4.2 does not find "3, 4 and
      2".
    - Width, ligatures and superscripts are folded too (m² → m2); invisible characters disappear.

    Fold both the stored text and the query. Folding twice changes nothing.
    """
    text = unicodedata.normalize("NFKD", one_stroke(text)).casefold()
    text = unicodedata.normalize("NFKD", one_stroke(text))
    kept = []
    for char in text:
        if char == "đ":
            kept.append("d")
        elif char.isalnum() or char == ".":
            kept.append(char)
        elif unicodedata.category(char) not in _INVISIBLE:
            kept.append(" ")
    return _SPACES.sub(" ", _ODD_DOT.sub(" ", "".join(kept))).strip()
