"""Addresses of the signal log."""

from django.urls import path

from jifang.web.signals import views

app_name = "signals"
urlpatterns = [
    path("signals/", views.page, name="page"),
    path("signals/export.csv", views.export, name="export"),
    path("signals/<int:signal_id>/", views.detail, name="detail"),
]
