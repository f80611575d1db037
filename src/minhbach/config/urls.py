"""Every address of the product. A test fails on one without a decision (org/permissions/decisions.py)."""

from django.urls import include, path, re_path

from minhbach.config import api_page
from minhbach.config.api import api
from minhbach.org.people import single_sign_on
from minhbach.org.people.views import no_email

urlpatterns = [
    re_path(r"^account/(?:email|confirm-email|password/reset)/", no_email),
    path("account/oidc/<str:provider_id>/login/", single_sign_on.login, name="openid_connect_login"),
    path("account/oidc/<str:provider_id>/login/callback/", single_sign_on.callback, name="openid_connect_callback"),
    path("account/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/openapi.json", api_page.openapi, name="api_openapi"),
    path("api/v1/", api_page.reference, name="api_reference"),
    path("api/v1/", api.urls),
    path("", include("minhbach.org.urls")),
    path("", include("minhbach.org.ui.urls")),
    path("", include("minhbach.workspace.urls")),
    path("", include("minhbach.dossiers.urls")),
    path("", include("minhbach.procedures.urls")),
    path("", include("minhbach.indices.urls")),
]

handler400 = "minhbach.org.ui.errors.bad_request"
handler404 = "minhbach.org.ui.errors.not_found"
