from django.urls import path

from minhbach.org.files.views import file_view

app_name = "org"

urlpatterns = [
    path("files/<uuid:pk>/<str:name>", file_view, name="file"),
]
