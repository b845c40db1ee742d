"""Addresses of receiving."""

from django.urls import path

from jifang.web.receiving import accounts, listeners, refusals

app_name = "receiving"
urlpatterns = [
    path("refusals/", refusals.page, name="refusals"),
    path("refusals/<int:refusal_id>/", refusals.detail, name="refusal"),
    path("receiving/accounts/", accounts.page, name="accounts"),
    path("receiving/accounts/new/", accounts.new, name="new"),
    path("receiving/accounts/<int:pk>/", accounts.detail, name="account"),
    path("receiving/accounts/<int:pk>/edit/", accounts.edit, name="edit"),
    path("receiving/accounts/<int:pk>/key/", accounts.key, name="key"),
    path("receiving/accounts/<int:pk>/clear/", accounts.clear, name="clear"),
    path("receiving/accounts/<int:pk>/paths/new/", accounts.path_new, name="path_new"),
    path("receiving/accounts/<int:pk>/paths/<int:path_id>/", accounts.path_edit, name="path"),
    path("receiving/accounts/<int:pk>/paths/<int:path_id>/delete/", accounts.path_delete, name="path_delete"),
    path("receiving/unregistered/", accounts.unregistered, name="unregistered"),
    path("receiving/listeners/", listeners.page, name="listeners"),
    path("receiving/listeners/<int:number>/key/", listeners.key, name="listener_key"),
]
