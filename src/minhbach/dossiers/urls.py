from django.urls import path, re_path

from minhbach.dossiers.views import handling, money, older, statements
from minhbach.dossiers.views.deeds import deed
from minhbach.dossiers.views.exchange import (
    compare,
    compare_file,
    delivery,
    delivery_bad,
    delivery_progress,
    other_systems,
    source,
    source_new,
)
from minhbach.dossiers.views.following import follow, followed
from minhbach.dossiers.views.gateway import notice
from minhbach.dossiers.views.hooks import hook_message_again, hook_messages
from minhbach.dossiers.views.intake import choose, receive, received
from minhbach.dossiers.views.opinions import opinion
from minhbach.dossiers.views.page import dossier, personal
from minhbach.dossiers.views.papers import papers
from minhbach.dossiers.views.paying import pay, payment_settings, payment_settings_of, stand_in
from minhbach.dossiers.views.portal import portal, portal_file, portal_filed, portal_link, portal_message
from minhbach.dossiers.views.printing import batch, form, issue
from minhbach.dossiers.views.results import draft, paper, verify
from minhbach.dossiers.views.settings import delegations, desk, desks, end, hand_over

app_name = "dossiers"

urlpatterns = [
    path("dossiers/new/", choose, name="choose"),
    path("dossiers/new/<int:pk>/", receive, name="receive"),
    path("dossiers/systems/", other_systems, name="other_systems"),
    path("dossiers/systems/new/", source_new, name="source_new"),
    path("dossiers/systems/of/<slug:code>/", source, name="source"),
    path("dossiers/systems/of/<slug:code>/compare/", compare, name="compare"),
    path("dossiers/deliveries/<int:pk>/comparison.xlsx", compare_file, name="compare_file"),
    path("dossiers/portal/", portal, name="portal"),
    path("dossiers/portal/link/<int:pk>/", portal_link, name="portal_link"),
    path("dossiers/portal/message/<int:pk>/", portal_message, name="portal_message"),
    path("dossiers/portal/filed/<int:pk>/", portal_filed, name="portal_filed"),
    path("dossiers/portal/files/<str:token>/", portal_file, name="portal_file"),
    path("dossiers/deliveries/<int:pk>/", delivery, name="delivery"),
    path("dossiers/deliveries/<int:pk>/progress/", delivery_progress, name="delivery_progress"),
    path("dossiers/deliveries/<int:pk>/bad.<slug:format>", delivery_bad, name="delivery_bad"),
    path("dossiers/of/<str:code>/", dossier, name="dossier"),
    path("dossiers/of/<str:code>/personal/", personal, name="personal"),
    path("dossiers/of/<str:code>/received/", received, name="received"),
    path("dossiers/of/<str:code>/forms/<slug:kind>/issue/", issue, name="issue"),
    path("dossiers/of/<str:code>/forms/<slug:kind>.<slug:ending>", form, name="form"),
    path("dossiers/of/<str:code>/papers/", papers, name="papers"),
    path("dossiers/of/<str:code>/opinions/<int:pk>/", opinion, name="opinion"),
    path("dossiers/of/<str:code>/result/", draft, name="draft"),
    path("dossiers/of/<str:code>/result.<slug:ending>", paper, name="paper"),
    path("ket-qua/<str:token>/", verify, name="verify"),
    path("dossiers/older/", older.registers, name="older"),
    path("dossiers/older/new/", older.register_new, name="older_register_new"),
    path("dossiers/older/<int:pk>/", older.register, name="older_register"),
    path("dossiers/older/<int:pk>/change/", older.register_change, name="older_register_change"),
    path("dossiers/older/<int:pk>/new/", older.entry_new, name="older_entry_new"),
    path("dossiers/older/<int:pk>/file/", older.entries_file, name="older_file"),
    path("dossiers/older/entries/<int:pk>/scan/", older.entry_scan, name="older_scan"),
    path("dossiers/older/entries/<int:pk>/end/", older.entry_end, name="older_end"),
    path("dossiers/settings/", desks, name="desks"),
    path("dossiers/settings/<int:pk>/", desk, name="desk"),
    path("dossiers/delegations/", delegations, name="delegations"),
    path("dossiers/delegations/<int:pk>/end/", end, name="delegation_end"),
    path("dossiers/hand-over/", hand_over, name="hand_over"),
    path("dossiers/print/", batch, name="batch"),
    path("follow/", follow, name="follow"),
    path("follow/<str:code>/<slug:token>/", followed, name="followed"),
    path("dossiers/of/<str:code>/do/<slug:name>/", deed, name="deed"),
    path("dossiers/of/<str:code>/request-to-pay.<slug:kind>", money.payment_request, name="payment_request"),
    path("dossiers/payments/<int:pk>/receipt.<slug:kind>", money.receipt, name="receipt"),
    path("dossiers/payments/<int:pk>/cancel/", money.cancel, name="payment_cancel"),
    path("dossiers/payments/<int:pk>/pay-back/", money.refund, name="payment_refund"),
    path("dossiers/fees/", money.fees, name="fees"),
    path("dossiers/fees/paid/", money.fees_paid, name="fees_paid"),
    path("dossiers/fees/cash/", money.cash_day, name="cash_day"),
    path("dossiers/fees/statement/", statements.statement, name="statement"),
    path("dossiers/fees/open/", statements.money_open, name="money_open"),
    re_path(
        r"^dossiers/fees/open/(?P<kind>line|notice)/(?P<pk>[0-9]{1,18})/$", statements.money_match, name="money_match"
    ),
    path("dossiers/quality/", handling.quality, name="quality"),
    path("dossiers/of/<str:code>/quality/", handling.sheet, name="quality_sheet"),
    path("dossiers/messages/", hook_messages, name="hook_messages"),
    path("dossiers/messages/<int:pk>/again/", hook_message_again, name="hook_message_again"),
    path("dossiers/payment-settings/", payment_settings, name="payment_settings"),
    path("dossiers/payment-settings/<int:pk>/", payment_settings_of, name="payment_settings_of"),
    path("follow/<str:code>/<slug:token>/pay/", pay, name="pay"),
    path("payments/stand-in/", stand_in, name="stand_in"),
    path("payments/notices/<str:agency_code>/", notice, name="payment_notice"),
]
