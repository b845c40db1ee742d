"""Addresses of the status page."""

from django.urls import path

from jifang.web.status import views

app_name = "status"
urlpatterns = [
    path("system/status/", views.page, name="page"),
    path("system/ca.crt", views.local_ca, name="local_ca"),
]
