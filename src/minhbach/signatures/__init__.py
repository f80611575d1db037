"""Electronic signatures on PDF files (PAdES), in the order of Decree 30/2020: the competent person signs, the clerk
fills in number and date, the organisation signs; no step breaks the one before. No Django.

    form = with_blanks(pdf, {"number": box, …}, [Place("person", box), Place("organisation", box, last=True)])
    asked = prepare(form, "person", certificate, look=stamp, first=True)   # asked.digest goes to the signer's token
    signed = finish(asked, answer)                                         # its signature, or a whole CMS, comes back
    numbered = fill(signed, {"number": Filling("12", look), …})            # permitted by the first signature
    sealed = finish(prepare(numbered, "organisation", certificate2), answer2)
    for one in check(sealed, roots).signatures: one.words("vi")

How a signature or a filled blank looks is a one-page PDF that the caller draws (`papers.signable`). What comes from
outside is bytes that may be anything: whatever is wrong with it is a SignatureError.
"""

from .blanks import Box, Filling, Place, boxes, fill, seal_box, with_blanks
from .certificates import CertificateFacts, certificate_facts, chain_trusted, read_certificates
from .checking import Checked, Report, check
from .errors import SignatureError
from .keys import Key, Pkcs11Key, Pkcs12Key
from .signing import Prepared, finish, prepare

__all__ = [
    "Box",
    "CertificateFacts",
    "Checked",
    "Filling",
    "Key",
    "Pkcs11Key",
    "Pkcs12Key",
    "Place",
    "Prepared",
    "Report",
    "SignatureError",
    "boxes",
    "certificate_facts",
    "chain_trusted",
    "check",
    "fill",
    "finish",
    "prepare",
    "read_certificates",
    "seal_box",
    "with_blanks",
]
