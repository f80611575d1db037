from django.urls import path

from minhbach.org.calendars import views as calendars
from minhbach.org.files.views import file_view
from minhbach.org.health import views as health
from minhbach.org.people import views as people
from minhbach.org.signing import views as signing
from minhbach.org.tokens import views as tokens
from minhbach.org.trail import views as trail
from minhbach.org.units import views as units

app_name = "org"

urlpatterns = [
    path("organisation/calendar/", calendars.calendar, name="calendar"),
    path("organisation/calendar/<int:pk>/hours/", calendars.hours, name="calendar_hours"),
    path("organisation/calendar/<int:pk>/days/new/", calendars.day_new, name="calendar_day"),
    path("organisation/calendar/days/new/", calendars.day_everywhere, name="calendar_day_everywhere"),
    path("organisation/calendar/years/<int:year>/", calendars.year_confirm, name="calendar_year"),
    path("organisation/calendar/days/<int:pk>/remove/", calendars.day_remove, name="calendar_day_remove"),
    path("files/<uuid:pk>/<str:name>", file_view, name="file"),
    path("organisation/certificates/", signing.certificates, name="certificates"),
    path(
        "organisation/people/<int:pk>/certificate/",
        signing.certificate_new,
        {"whose": "person"},
        name="person_certificate",
    ),
    path(
        "organisation/units/<int:pk>/certificate/", signing.certificate_new, {"whose": "unit"}, name="unit_certificate"
    ),
    path("organisation/certificates/<int:pk>/withdraw/", signing.certificate_withdraw, name="certificate_withdraw"),
    path("signing/<uuid:pk>/", signing.signing, name="signing"),
    path("signing/<uuid:pk>/request/", signing.signing_order, name="signing_order"),
    path("organisation/units/", units.units, name="units"),
    path("organisation/units/new/", units.unit_new, name="unit_new"),
    path("organisation/units/<int:pk>/", units.unit, name="unit"),
    path("organisation/units/<int:pk>/name/", units.unit_rename, name="unit_rename"),
    path("organisation/units/<int:pk>/place/", units.unit_move, name="unit_move"),
    path("organisation/units/<int:pk>/kind/", units.unit_classify, name="unit_classify"),
    path("organisation/units/<int:pk>/close/", units.unit_close, name="unit_close"),
    path("organisation/people/", people.people, name="people"),
    path("organisation/people/new/", people.person_new, name="person_new"),
    path("organisation/people/<int:pk>/", people.person, name="person"),
    path("organisation/people/<int:pk>/particulars/", people.person_change, name="person_change"),
    path("organisation/people/<int:pk>/posts/new/", people.post_new, name="post_new"),
    path("organisation/people/<int:pk>/roles/new/", people.role_new, name="role_new"),
    path("organisation/people/<int:pk>/account/new/", people.account_new, name="account_new"),
    path("organisation/posts/<int:pk>/end/", people.post_end, name="post_end"),
    path("organisation/roles/<int:pk>/end/", people.role_end, name="role_end"),
    path("organisation/accounts/<int:pk>/password/", people.account_password, name="account_password"),
    path("organisation/accounts/<int:pk>/close/", people.account_close, name="account_close"),
    path("organisation/accounts/<int:pk>/reopen/", people.account_reopen, name="account_reopen"),
    path("organisation/accounts/<int:pk>/second-factor/", people.account_second_factor, name="account_second_factor"),
    path("organisation/accounts/<int:pk>/providers/<int:link>/", people.account_provider, name="account_provider"),
    path("organisation/trail/", trail.trail, name="trail"),
    path("organisation/trail/roots/", trail.roots, name="trail_roots"),
    path("organisation/trail/events/<int:pk>/", trail.event, name="trail_event"),
    path("organisation/trail/chains/<int:pk>/", trail.chain, name="trail_chain"),
    path("organisation/health/", health.health, name="health"),
    path("organisation/health/<str:key>/", health.check, name="health_check"),
    path("organisation/systems/", tokens.tokens, name="tokens"),
    path("organisation/systems/new/", tokens.token_new, name="token_new"),
    path("organisation/systems/<int:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("me/", people.me, name="me"),
    path("me/language/", people.my_language, name="my_language"),
]
