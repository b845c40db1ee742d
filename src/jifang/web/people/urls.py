"""Addresses of the people pages."""

from django.urls import path

from jifang.web.people import audit, views

app_name = "people"
urlpatterns = [
    path("people/", views.accounts, name="accounts"),
    path("people/new/", views.new_account, name="new"),
    path("people/<int:pk>/", views.account, name="account"),
    path("people/<int:pk>/edit/", views.edit_account, name="edit"),
    path("people/<int:pk>/link/", views.issue_link, name="link"),
    path("people/<int:pk>/second-factor/", views.reset_second_factor, name="reset_second_factor"),
    path("people/<int:pk>/close/", views.close_account, name="close"),
    path("people/<int:pk>/grant/", views.new_grant, name="grant"),
    path("people/grants/", views.grants, name="grants"),
    path("people/grants/<int:pk>/end/", views.end_grant, name="end_grant"),
    path("people/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("people/roles/", views.roles, name="roles"),
    path("people/envelope/", views.envelope, name="envelope"),
    path("people/envelope/seal/", views.seal_envelope, name="seal_envelope"),
    path("people/door/", audit.door, name="door"),
    path("people/acts/", audit.acts, name="acts"),
    path("people/acts/<uuid:pk>/", audit.act, name="act"),
    path("people/ledger/", audit.ledger_page, name="ledger"),
    path("people/ledger/<int:pk>/", audit.ledger_entry, name="ledger_entry"),
    path("people/ledger/bundle/", audit.ledger_bundle, name="ledger_bundle"),
    path("people/ledger/checkpoint/", audit.ledger_checkpoint, name="ledger_checkpoint"),
]
