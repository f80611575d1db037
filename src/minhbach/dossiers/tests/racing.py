"""Those who tell of the same payment at the same moment, for the test of payments at once."""


def race(role: str, dossiers: list[int], barrier) -> None:
    """Pay each dossier in one's own way, all beginning each together. That another was faster is no error."""
    from minhbach.dossiers.models import Dossier
    from minhbach.org.errors import NotPossible
    from minhbach.org.permissions import SYSTEM

    for key in dossiers:
        dossier = Dossier.objects.select_related("agency").get(pk=key)
        barrier.wait(60)
        try:
            WAYS[role](dossier, SYSTEM)
        except NotPossible as error:
            assert error.code in ("paid", "changed"), error.code


def cash(dossier, acting) -> None:
    from minhbach.dossiers.actions.money import cash_take
    from minhbach.dossiers.models import Due

    # As the officer saw it before anybody paid.
    seen = dict(Due.objects.filter(dossier=dossier).values_list("pk", "tariff"))
    cash_take(dossier, dues=seen, acting=acting)


def statement(dossier, acting) -> None:
    from datetime import date

    from minhbach.dossiers.actions.incoming import statement_read
    from minhbach.dossiers.money.references import reference_of
    from minhbach.dossiers.money.statements import Row

    row = Row("2", date(2026, 11, 21), 20_000, reference_of(dossier.pk), key=f"{dossier.pk}")
    statement_read(dossier.agency, "113366668888", [row], acting=acting)


def gateway(dossier, acting) -> None:
    from django.test import Client
    from django.utils import timezone

    from minhbach.dossiers.money.gateways import StandIn
    from minhbach.dossiers.money.references import reference_of

    gateway, now = StandIn("s" * 32), timezone.now()
    reference = reference_of(dossier.pk)
    headers, body = gateway.notice(f"GD-{dossier.pk}", reference, 20_000, at=now, paid_at=dossier.received_at)
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    answer = Client().post(
        "/payments/notices/H24/", body, content_type="application/json", HTTP_HOST="localhost", **named
    )
    assert answer.status_code in (200, 202), (answer.status_code, answer.content)


WAYS = {"cash": cash, "statement": statement, "gateway": gateway}
