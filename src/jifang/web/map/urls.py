"""Addresses of the map."""

from django.urls import path

from jifang.web.map import views

app_name = "map"
urlpatterns = [
    path("map/", views.page, name="page"),
    path("map/sites.json", views.sites, name="sites"),
    path("map/sites/<int:site_id>/", views.card, name="card"),
    path("map/base/<slug:name>.json", views.layer, name="layer"),
]
