"""Addresses of the guide."""

from django.urls import path

from jifang.web.help import views

app_name = "help"
urlpatterns = [
    path("help/", views.index, name="index"),
    path("help/<slug:slug>/", views.chapter, name="chapter"),
]
