from django.urls import path

from minhbach.org.ui.views import style_guide

urlpatterns = [path("ui/", style_guide, name="style_guide")]
