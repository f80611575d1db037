from django.urls import path

from minhbach.dossiers.views.deeds import deed
from minhbach.dossiers.views.exchange import (
    delivery,
    delivery_bad,
    delivery_progress,
    other_systems,
    source,
    source_new,
)
from minhbach.dossiers.views.following import follow, followed
from minhbach.dossiers.views.intake import choose, receive, received
from minhbach.dossiers.views.opinions import opinion
from minhbach.dossiers.views.page import dossier, personal
from minhbach.dossiers.views.papers import papers
from minhbach.dossiers.views.printing import batch, form, issue

app_name = "dossiers"

urlpatterns = [
    path("dossiers/new/", choose, name="choose"),
    path("dossiers/new/<int:pk>/", receive, name="receive"),
    path("dossiers/systems/", other_systems, name="other_systems"),
    path("dossiers/systems/new/", source_new, name="source_new"),
    path("dossiers/systems/of/<slug:code>/", source, name="source"),
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
    path("dossiers/print/", batch, name="batch"),
    path("follow/", follow, name="follow"),
    path("follow/<str:code>/<slug:token>/", followed, name="followed"),
    path("dossiers/of/<str:code>/do/<slug:name>/", deed, name="deed"),
]
