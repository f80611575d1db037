"""Every address of the product. A test fails on one without a decision (org/permissions/decisions.py)."""

from django.urls import include, path, re_path

from minhbach.org.people import single_sign_on
from minhbach.org.people.views import no_email

urlpatterns = [
    re_path(r"^account/(?:email|confirm-email|password/reset)/", no_email),
    path("account/oidc/<str:provider_id>/login/", single_sign_on.login, name="openid_connect_login"),
    path("account/oidc/<str:provider_id>/login/callback/", single_sign_on.callback, name="openid_connect_callback"),
    path("account/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("minhbach.org.urls")),
    path("", include("minhbach.org.ui.urls")),
    path("", include("minhbach.dossiers.urls")),
    path("", include("minhbach.procedures.urls")),
    path("", include("minhbach.indices.urls")),
]

handler400 = "minhbach.org.ui.errors.bad_request"
handler404 = "minhbach.org.ui.errors.not_found"
