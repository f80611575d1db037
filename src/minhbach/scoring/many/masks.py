"""Where something holds: a bool array over the units, or one bool for all of them."""

from __future__ import annotations

from minhbach.scoring.many.figures import Array

Mask = Array | bool


def is_(mask: Mask, row: int) -> bool:
    return mask if isinstance(mask, bool) else bool(mask[row])


def mask_not(mask: Mask) -> Mask:
    return not mask if isinstance(mask, bool) else ~mask


def mask_or(left: Mask, right: Mask) -> Mask:
    if left is True or right is True:
        return True
    return right if left is False else left if right is False else left | right


def mask_and(left: Mask, right: Mask) -> Mask:
    if left is False or right is False:
        return False
    return right if left is True else left if right is True else left & right


def holds(mask: Mask) -> bool:
    """Whether it holds anywhere."""
    return mask if isinstance(mask, bool) else bool(mask.any())
