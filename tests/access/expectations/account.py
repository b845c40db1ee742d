"""Sign-in, second factor, sessions, tokens, envelope, first run."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from jifang.identity.models import ApiToken
from jifang.identity.roles import Role
from tests.access.expect import PUBLIC, SIGNED_IN, Route, Scene
from tests.fixtures import AT
from tests.passkeys import SoftKey

OPTIONS = {"publicKey": {"user": {"id": "dXNlcg"}, "challenge": "Y2hhbGxlbmdl"}}

# Of these doors allauth's own code keeps the key; here they are nothing but 404.
CLOSED = Route(PUBLIC, ok=frozenset({404}))
OWN = frozenset({Role.UNIT_MANAGER})


def build(scene: Scene) -> None:
    manager = scene.people[Role.UNIT_MANAGER]
    scene.made["token"] = ApiToken.objects.create(
        account=manager,
        name="made",
        prefix="jf_abc",
        digest="0" * 64,
        scopes=["identity.region.view"],
        created_at=AT,
        ends_at=AT.replace(year=2050),
    )
    scene.made["session"] = UserSession.objects.create(
        user=manager, ip="192.0.2.1", session_key="somewhere-else", user_agent=""
    )
    scene.made["passkey"] = Authenticator.objects.create(
        user=manager,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "key", "credential": SoftKey().create(OPTIONS)},
    )


ROUTES = {
    "account": Route(SIGNED_IN),
    "account_login": Route(PUBLIC),
    "account_logout": Route(PUBLIC),
    "account_inactive": Route(PUBLIC),
    "account_reauthenticate": Route(SIGNED_IN),
    "account_change_password": Route(SIGNED_IN),
    "account_reset_password_from_key": Route(PUBLIC, kwargs=lambda scene: {"uidb36": "1", "key": "no-key"}),
    "account_reset_password_from_key_done": Route(PUBLIC),
    "account_second_factor": Route(SIGNED_IN),
    "mfa_index": Route(SIGNED_IN),
    "mfa_authenticate": Route(PUBLIC),
    "mfa_reauthenticate": Route(SIGNED_IN),
    "mfa_activate_totp": Route(SIGNED_IN),
    "mfa_deactivate_totp": Route(SIGNED_IN, ok=frozenset({404})),
    "mfa_view_recovery_codes": Route(SIGNED_IN, ok=frozenset({404})),
    "mfa_generate_recovery_codes": Route(SIGNED_IN),
    "mfa_list_webauthn": Route(SIGNED_IN),
    "mfa_add_webauthn": Route(SIGNED_IN),
    "mfa_reauthenticate_webauthn": Route(SIGNED_IN),
    "mfa_remove_webauthn": Route(
        SIGNED_IN, kwargs=lambda scene: {"pk": scene.made["passkey"].pk}, own=True, roles_at_home=OWN
    ),
    "mfa_edit_webauthn": Route(
        SIGNED_IN, kwargs=lambda scene: {"pk": scene.made["passkey"].pk}, own=True, roles_at_home=OWN
    ),
    "mfa_login_webauthn": Route(PUBLIC),
    "account_sessions": Route(SIGNED_IN),
    "account_end_session": Route(
        SIGNED_IN,
        kwargs=lambda scene: {"pk": scene.made["session"].pk},
        method="POST",
        own=True,
        roles_at_home=OWN,
    ),
    "account_end_other_sessions": Route(SIGNED_IN, method="POST"),
    "account_tokens": Route(SIGNED_IN),
    "account_new_token": Route(SIGNED_IN),
    "account_revoke_token": Route(
        SIGNED_IN,
        kwargs=lambda scene: {"pk": scene.made["token"].pk},
        method="POST",
        own=True,
        roles_at_home=OWN,
    ),
    "account_open_envelope": Route(PUBLIC),
    # As soon as one account exists nobody finds this page any more.
    "first_run": Route(PUBLIC, ok=frozenset({404})),
    "account_signup": CLOSED,
    "account_email": CLOSED,
    "account_set_password": CLOSED,
    "account_reset_password": CLOSED,
    "account_reset_password_done": CLOSED,
    "account_email_verification_sent": CLOSED,
    "account_confirm_login_code": CLOSED,
    "mfa_download_recovery_codes": CLOSED,
}
