"""Addresses under /account/: of allauth only what this house offers.

The names are allauth's; those of doors that do not exist here (sign-up, e-mail) lead to 404, because
allauth's own code reverses them.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path

from jifang.web.account import views

urlpatterns = [
    path("account/", views.overview, name="account"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/change/", account.password_change, name="account_change_password"),
    re_path(
        r"^account/password/link/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("account/second-factor/", views.second_factor, name="account_second_factor"),
    path("account/second-factor/list/", mfa.index, name="mfa_index"),
    path("account/second-factor/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("account/second-factor/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/second-factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/second-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/second-factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/second-factor/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path("account/second-factor/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("account/second-factor/passkeys/add/", views.add_passkey, name="mfa_add_webauthn"),
    path(
        "account/second-factor/passkeys/reauthenticate/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "account/second-factor/passkeys/<int:pk>/remove/",
        webauthn.remove_webauthn,
        name="mfa_remove_webauthn",
    ),
    path("account/second-factor/passkeys/<int:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("account/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("account/sessions/", views.sessions_page, name="account_sessions"),
    path("account/sessions/<int:pk>/end/", views.end_session, name="account_end_session"),
    path("account/sessions/end-others/", views.end_other_sessions, name="account_end_other_sessions"),
    path("account/tokens/", views.tokens, name="account_tokens"),
    path("account/tokens/new/", views.new_token, name="account_new_token"),
    path("account/tokens/<int:pk>/revoke/", views.revoke_token, name="account_revoke_token"),
    path("account/envelope/", views.open_envelope, name="account_open_envelope"),
    path("first-run/", views.first_run_page, name="first_run"),
    *(
        path(f"account/closed/{name}/", views.no_such_door, name=name)
        for name in (
            "account_signup",
            "account_email",
            "account_set_password",
            "account_reset_password",
            "account_reset_password_done",
            "account_email_verification_sent",
            "account_confirm_login_code",
            "mfa_download_recovery_codes",
        )
    ),
]
