from django.urls import path

from minhbach.dossiers.views.deeds import deed
from minhbach.dossiers.views.intake import choose, receive
from minhbach.dossiers.views.page import dossier, personal

app_name = "dossiers"

urlpatterns = [
    path("dossiers/new/", choose, name="choose"),
    path("dossiers/new/<int:pk>/", receive, name="receive"),
    path("dossiers/of/<str:code>/", dossier, name="dossier"),
    path("dossiers/of/<str:code>/personal/", personal, name="personal"),
    path("dossiers/of/<str:code>/do/<slug:name>/", deed, name="deed"),
]
