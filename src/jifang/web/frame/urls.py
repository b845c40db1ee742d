"""Addresses of the frame."""

from django.urls import path

from jifang.web.frame import views

app_name = "frame"
urlpatterns = [
    path("", views.start, name="start"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("scope/", views.scope, name="scope"),
    path("system/style/", views.style, name="style"),
]
