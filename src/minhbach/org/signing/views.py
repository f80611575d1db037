"""Certificates on screen, and the page on which a paper is signed with the token of one's own computer."""

from __future__ import annotations

from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.org.models import SigningRequest
from minhbach.org.people import queries as people
from minhbach.org.permissions import needs, require, signed_in, units_where
from minhbach.org.permissions.org_verbs import CERTIFICATES_MANAGE
from minhbach.org.screens import screen, with_form
from minhbach.org.signing import actions, purposes, queries
from minhbach.org.ui.forms import attempt

_OF_FILE = ("certificate", "not_for_signing", "ended", "untrusted", "other_name", "taken")
MOST = 64 * 1024  # bytes of a certificate or of a signature, many times what they have


class CertificateForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Certificate (.cer, .crt or .pem)"),
        help_text=gettext_lazy("Only its public part; the key never leaves the token."),
    )
    image = forms.FileField(
        label=gettext_lazy("Picture of the signature or the seal (PNG, transparent)"),
        required=False,
        help_text=gettext_lazy("Drawn on papers: a signature in blue, a seal in red. Without it, words stand there."),
    )


class BecauseForm(forms.Form):
    because = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Signature"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=MOST
    )
    file = forms.FileField(label=gettext_lazy("Answer file of the signing program"), required=False)

    def signature(self) -> bytes:
        upload = self.cleaned_data["file"]
        return upload.read(MOST) if upload else self.cleaned_data["answer"].encode()


@require_safe
@signed_in
def certificates(request: HttpRequest) -> HttpResponse:
    found = queries.certificates_seen(request.user)
    managed = set(units_where(request.user, CERTIFICATES_MANAGE).values_list("pk", flat=True))
    rows = [
        (one, one.withdrawn_at is None and (one.person.unit_id if one.person_id else one.unit_id) in managed)
        for one in found
    ]
    return screen(request, "signing/certificates", {"rows": rows, "manages": bool(managed)}, here="certificates")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CERTIFICATES_MANAGE)
def certificate_new(request: HttpRequest, whose: str, pk: int) -> HttpResponse:
    """For a person or a unit."""
    if whose == "person":
        owner = get_object_or_404(people.people(request.user), pk=pk)
        require(request.user, CERTIFICATES_MANAGE, owner.unit)
    else:
        owner = get_object_or_404(units_where(request.user, CERTIFICATES_MANAGE), pk=pk)
    form = CertificateForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        content = form.cleaned_data["file"].read(MOST)
        image = form.cleaned_data["image"]
        made = attempt(
            form,
            lambda: actions.certificate_register(content, image=image, acting=request.user, **{whose: owner}),
            {"image": "image"} | dict.fromkeys(_OF_FILE, "file"),
        )
        if made:
            messages.success(request, _("The certificate is registered."))
            return redirect("org:certificates")
    return with_form(request, "signing/certificate", form, {"owner": owner})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CERTIFICATES_MANAGE)
def certificate_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.certificates_seen(request.user), pk=pk)
    owner = found.owner
    require(request.user, CERTIFICATES_MANAGE, owner.unit if found.person_id else owner)
    form = BecauseForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: actions.certificate_withdraw(found, **form.cleaned_data, acting=request.user)
    ):
        messages.success(request, _("The certificate is withdrawn."))
        return redirect("org:certificates")
    return with_form(request, "signing/withdraw", form, {"certificate": found})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def signing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One paper to be signed: the hash goes to the signing program, by script or as a file; its answer comes back."""
    asked = _own(request, pk)
    back = purposes.purpose(asked.purpose).address(asked)
    form = AnswerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: actions.signature_take(asked, form.signature(), acting=request.user))
        if done:
            messages.success(request, _("Signed: %(what)s.") % {"what": asked.title})
            return redirect(back)
    context = {
        "asked": asked,
        "back": back,
        "order": order_of(asked),
        "signer": settings.SIGNER_ADDRESS,
        "is_open": asked.done_at is None,
    }
    may_ask = csp_update({"connect-src": [SELF, settings.SIGNER_ADDRESS]})
    return may_ask(with_form)(request, "signing/signing", form, context)


@require_safe
@signed_in
def signing_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The request as a file for the signing program."""
    asked = _own(request, pk)
    name = slugify(asked.title)[:60] or "ky-so"
    return JsonResponse(order_of(asked), headers={"Content-Disposition": f'attachment; filename="{name}.sign.json"'})


def order_of(asked: SigningRequest) -> dict[str, str]:
    """What the signing program is told: nothing of it is secret."""
    return {
        "request": str(asked.pk),
        "title": asked.title,
        "algorithm": "sha256",
        "digest": asked.digest,
        "certificate": asked.certificate.fingerprint,
        "holder": asked.certificate.holder,
    }


def _own(request: HttpRequest, pk: UUID) -> SigningRequest:
    found = queries.requests_of(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such request for a signature, or it is not for you."))
    return found
