"""API tokens: shown once, kept as a hash, narrow, with an end."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from jifang.identity import rights
from jifang.identity.actions import tokens
from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.identity.tokens import token_for
from jifang.kernel.errors import BadInputError
from tests.fixtures import AT, actor_of

TOMORROW = AT + timedelta(days=1)


def make(account: Account, **changes: object) -> tuple[object, str]:
    sound: dict[str, object] = {"name": "reader", "scopes": [rights.REGION_VIEW], "ends_at": TOMORROW}
    return tokens.make(**{**sound, **changes}, by=actor_of(account), at=AT)  # type: ignore[arg-type]


def test_the_secret_is_kept_nowhere(owner: Account) -> None:
    token, secret = make(owner)
    assert secret.startswith(token.prefix)
    assert secret not in {str(value) for value in vars(token).values()}
    assert token_for(secret, at=AT, address="192.0.2.1") == token


def test_it_works_until_its_end_or_its_revocation(owner: Account) -> None:
    token, secret = make(owner)
    assert token_for(secret, at=TOMORROW, address=None) is None
    tokens.revoke(token, by=actor_of(owner), at=AT)
    assert token_for(secret, at=AT, address=None) is None


def test_it_ends_with_its_account(owner: Account) -> None:
    _, secret = make(owner)
    Account.objects.filter(pk=owner.pk).update(is_active=False)
    assert token_for(secret, at=AT, address=None) is None


def test_the_last_use_is_noted_once_a_minute(owner: Account) -> None:
    token, secret = make(owner)
    token_for(secret, at=AT, address="192.0.2.1")
    token_for(secret, at=AT + timedelta(seconds=30), address="192.0.2.2")
    token.refresh_from_db()
    assert (token.last_used_at, token.last_used_from) == (AT, "192.0.2.1")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": [rights.AUDIT_VIEW]}, "scopes"),
        ({"ends_at": AT}, "ends_at"),
        ({"ends_at": AT + timedelta(days=367)}, "ends_at"),
    ],
)
def test_bad_input_names_its_field(owner: Account, changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadInputError) as refused:
        make(owner, **changes)
    assert refused.value.field == field


def test_an_administrator_revokes_and_a_stranger_does_not(
    owner: Account, stranger: Account, people: dict[Role, Account]
) -> None:
    token, secret = make(owner)
    with pytest.raises(PermissionDenied):
        tokens.revoke(token, by=actor_of(stranger), at=AT)
    assert token_for(secret, at=AT, address=None) is not None
    tokens.revoke(token, by=actor_of(people[Role.SYSTEM_ADMINISTRATOR]), at=AT)
    assert token_for(secret, at=AT, address=None) is None
