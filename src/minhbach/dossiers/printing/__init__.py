"""The forms of dossiers, drawn from what the dossiers are and what happened to them.

    form_pdf(dossiers, "receipt", acting=account)     # one file, however many dossiers
    form_docx(dossier, "supplement", acting=account)  # a Word file people go on editing
    form_xlsx(dossiers, "register", acting=account)   # the register for Excel

`kind` is receipt, supplement, refusal, apology, stop, control or register. Each dossier keeps the forms in force on the
day it was received (`papers.one_stop`); a register keeps those of the latest dossier in it. A form that was issued
(`actions.issuing.form_issue`) is drawn with its number and with what it said then; one that was not is drawn as the
dossier stands, its number left to the clerk. `follow` is the address under which the applicant follows the dossier,
"{code}" standing for its code and "{token}" for what proves that one has the receipt (`following`); it is the QR code
of the receipt.

All but the control slip bear personal data: they take the right to see them (`dossiers.personal`) over every dossier
asked for. Who shows a form outside an action records that it was looked at, as for any page with personal data.
"""

from minhbach.dossiers.printing.drawing import form_docx, form_pdf, form_xlsx

__all__ = ["form_docx", "form_pdf", "form_xlsx"]
