"""The link to the National Public Service Portal: on or off, messages tried again or skipped, dossiers filed there."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.dossiers import codes, events
from minhbach.dossiers.actions import common
from minhbach.dossiers.actions.applicants import applicant_keep
from minhbach.dossiers.actions.intake import HandedIn, dossier_submit
from minhbach.dossiers.actions.messages import held, settle
from minhbach.dossiers.exchange.checking import SUFFIX
from minhbach.dossiers.exchange.portal.connector import Connector
from minhbach.dossiers.exchange.sending import Later, Rejected
from minhbach.dossiers.exchange.values import moment
from minhbach.dossiers.models import Applicant, Filed, Outgoing, PortalLink
from minhbach.dossiers.permissions import PORTAL
from minhbach.dossiers.states import Channel
from minhbach.org import trail
from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import SYSTEM, require
from minhbach.procedures.content.reading import stored
from minhbach.procedures.models import Offer

MOST_PAGES, MOST_FILES = 100, 50


@transaction.atomic
def portal_link(agency: Unit, *, active: bool = True, takes_in: bool = True, acting) -> PortalLink:
    """Report the agency's dossiers to the portal from now on, or no longer. Raises Refused; NotPossible, `no_desk`."""
    require(acting, PORTAL, agency)
    codes.desk_of(agency, today())
    link, _made = PortalLink.objects.update_or_create(
        agency=agency, defaults={"active": active, "takes_in": active and takes_in}
    )
    data = {"active": active, "takes_in": link.takes_in}
    trail.record(f"unit:{agency.pk}", events.PORTAL_LINKED, acting=acting, subject=link, data=data)
    return link


@transaction.atomic
def outgoing_retry(one: Outgoing, *, acting) -> Outgoing:
    """Try a message again now. Raises Refused; NotPossible with code `settled`."""
    return _settle(one, Outgoing.WAITING, events.PORTAL_RETRIED, acting=acting)


@transaction.atomic
def outgoing_skip(one: Outgoing, *, because: str, acting) -> Outgoing:
    """Give up a message, with the reason: those after it go. Raises Refused; NotPossible with code `settled` or
    `no_reason`."""
    return _settle(one, Outgoing.SKIPPED, events.PORTAL_SKIPPED, because=because, acting=acting)


def _settle(one: Outgoing, state: str, event: str, *, because: str | None = None, acting) -> Outgoing:
    one = held(one, "dossier__agency")
    require(acting, PORTAL, one.dossier.agency)
    said = {} if because is None else {"because": because}
    if because is not None:
        common.require_reason(because)
    settle(one, state, **said, acting=acting)
    trail.record(one.dossier.chain, event, acting=acting, subject=one.dossier, data={"message": str(one.key), **said})
    return one


def filed_fetch(link: PortalLink, connector: Connector) -> int:
    """Keep what was filed for the agency since it was asked last, then take in what can be taken; how many are new.

    What the portal tells is kept before anything is made of it: nothing filed is lost, whatever is wrong with it.
    """
    count = 0
    try:
        agency_code = codes.desk_of(link.agency, today()).agency_code
        for _page in range(MOST_PAGES):
            page = connector.filed(agency_code, link.read_to)
            with transaction.atomic():
                for payload in page.dossiers:
                    code = _text(payload.get("MaHoSo"))[:100]
                    if code:
                        count += Filed.objects.get_or_create(code=code, defaults={"link": link, "payload": payload})[1]
                link.read_to, link.read_at, link.failure = page.next, timezone.now(), ""
                link.save(update_fields=["read_to", "read_at", "failure"])
            if not page.dossiers:
                break
    except (Later, Rejected, NotPossible) as error:
        link.failure = str(error)[:500]
        link.save(update_fields=["failure"])
    for one in Filed.objects.filter(link=link, state=Filed.WAITING).order_by("pk"):
        filed_take(one, connector, acting=SYSTEM)
    return count


def filed_take(one: Filed, connector: Connector, *, acting) -> Filed:
    """Register a filed dossier at the one-stop shop, with its files; once, however often it is tried.

    What is wrong with it is kept with it (state `held`), to be tried again once it is put right, here or there.
    """
    require(acting, PORTAL, one.link.agency)
    one.refresh_from_db(fields=["state"])
    try:
        files = _fetched(one, connector)  # before the transaction: nobody waits for the portal
        with transaction.atomic():
            one = Filed.objects.select_for_update(of=("self",)).select_related("link__agency").get(pk=one.pk)
            if one.state in (Filed.TAKEN, Filed.SET_ASIDE):
                return one
            one.dossier = _submitted(one, files)
            one.state, one.failure, one.attempts = Filed.TAKEN, "", one.attempts + 1
            one.save()
            return one
    except Later as error:
        state, why = Filed.WAITING, str(error)
    except Rejected as error:
        state, why = Filed.HELD, str(error)
    except NotPossible as error:
        state, why = Filed.HELD, str(error)
    still = Filed.objects.filter(pk=one.pk, state__in=[Filed.WAITING, Filed.HELD])
    still.update(state=state, failure=why[:500], attempts=F("attempts") + 1)
    one.refresh_from_db()
    return one


@transaction.atomic
def filed_set_aside(one: Filed, *, because: str, acting) -> Filed:
    """Leave a filed dossier, with the reason. Raises Refused; NotPossible with code `settled` or `no_reason`."""
    one = Filed.objects.select_for_update(of=("self",)).select_related("link__agency").get(pk=one.pk)
    require(acting, PORTAL, one.link.agency)
    common.require_reason(because)
    if one.state in (Filed.TAKEN, Filed.SET_ASIDE):
        raise NotPossible(gettext_lazy("This dossier is settled already."), "settled")
    one.state, one.because, one.settled_by = Filed.SET_ASIDE, because[:500], acting if acting.is_authenticated else None
    one.save()
    data = {"code": one.code, "because": because}
    trail.record(f"unit:{one.link.agency_id}", events.PORTAL_SET_ASIDE, acting=acting, subject=one, data=data)
    return one


def _fetched(one: Filed, connector: Connector) -> list[tuple[str, SimpleUploadedFile]]:
    """The files of a filed dossier, each with the component it is for."""
    if one.state in (Filed.TAKEN, Filed.SET_ASIDE):
        return []
    told = one.payload.get("TaiLieuNop") or []
    files = [file for file in told if isinstance(file, dict)] if isinstance(told, list) else []
    return [
        (
            _text(file.get("MaThanhPhanHoSo")),
            SimpleUploadedFile(_text(file.get("TenTepDinhKem")) or "tep.pdf", connector.file(address)),
        )
        for file in files[:MOST_FILES]
        if (address := _text(file.get("TepDinhKemId")))
    ]


def _submitted(one: Filed, files: list[tuple[str, SimpleUploadedFile]]):
    said, agency = one.payload, one.link.agency
    code = SUFFIX.sub(r"\1", _text(said.get("MaTTHC")))
    offers = Offer.objects.on(today()).filter(agency=agency, procedure__code=code, mode=Offer.OWN)
    offer = offers.select_related("agency", "office", "one_stop", "procedure__current").first()
    if offer is None:
        raise NotPossible(_("The agency does not process procedure “%(code)s” here.") % {"code": code}, "procedure")
    try:
        sent = moment(_text(said.get("NgayNopHoSo")))
    except ValueError:
        raise NotPossible(
            _("“%(text)s” is no moment of filing.") % {"text": said.get("NgayNopHoSo")}, "moment"
        ) from None
    number = _text(said.get("SoGiayToChuHoSo"))
    applicant = applicant_keep(
        unit=offer.one_stop,
        name=_text(said.get("ChuHoSo"))[:300],
        id_kind=Applicant.PERSONAL_ID if number.isdecimal() and len(number) in (9, 12) else Applicant.OTHER,
        id_number=number[:30],
        phone=_text(said.get("SoDienThoai"))[:30],
        email=_text(said.get("Email"))[:254],
        address=_text(said.get("DiaChi"))[:500],
        acting=SYSTEM,
    )
    content = stored(offer.procedure.current.content)
    known = {component.key for component in content.components}
    papers = [
        HandedIn(component, scan=scan) if component in known else HandedIn("", title=scan.name, scan=scan)
        for component, scan in files
    ]
    return dossier_submit(
        offer,
        applicant=applicant,
        papers=papers,
        subject=_text(said.get("TrichYeuHoSo"))[:1000],
        channel=Channel.ONLINE,
        submitted_at=sent,
        foreign_code=one.code,
        acting=SYSTEM,
    )


def _text(value: Any) -> str:
    """What JSON may hold in a field that should be text."""
    if not isinstance(value, str | int):
        return ""
    return "".join(char for char in str(value) if char.isprintable()).strip()
