"""Files of the room org itself."""

from minhbach.org.files.rules import register


def _may_see(account, attachment) -> bool:
    """Pictures of signatures and seals: for their owner and for those who keep the certificates."""
    from minhbach.org.signing.queries import certificates_seen

    return bool(account.is_authenticated) and certificates_seen(account).filter(image=attachment).exists()


SIGNATURE_IMAGE = register("org.signature_image", _may_see)
