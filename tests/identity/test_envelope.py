"""The sealed envelope: opens once, is told to everybody, ends with the next one."""

import pytest
from django.core.exceptions import PermissionDenied

from jifang.identity.actions import envelopes
from jifang.identity.models import Account, LedgerEntry, Seal, SecurityEvent
from jifang.identity.roles import Role
from jifang.kernel.errors import BadInputError
from tests.fixtures import AT, actor_of


@pytest.fixture
def administrator(people: dict[Role, Account]) -> Account:
    return people[Role.SYSTEM_ADMINISTRATOR]


def test_the_secret_opens_once(administrator: Account) -> None:
    seal, secret = envelopes.seal(by=actor_of(administrator), at=AT)
    assert secret.replace("-", "") not in seal.secret
    account = envelopes.open_envelope(
        secret=secret.lower().replace("-", " "), who="李四", reason="全部锁死", at=AT
    )
    assert account.is_break_glass
    assert actor_of(account).roles == {Role.SYSTEM_ADMINISTRATOR}
    with pytest.raises(BadInputError, match="opened before"):
        envelopes.open_envelope(secret=secret, who="李四", reason="再来", at=AT)
    kinds = list(LedgerEntry.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["identity.envelope.sealed", "identity.envelope.opened"]
    assert envelopes.opened() == Seal.objects.get()


def test_a_new_seal_ends_what_the_old_one_began(administrator: Account) -> None:
    _, first = envelopes.seal(by=actor_of(administrator), at=AT)
    envelopes.open_envelope(secret=first, who="x", reason="y", at=AT)
    _, second = envelopes.seal(by=actor_of(administrator), at=AT)
    assert envelopes.opened() is None
    assert Account.objects.filter(is_break_glass=True).count() == 1
    with pytest.raises(BadInputError):
        envelopes.open_envelope(secret=first, who="x", reason="y", at=AT)
    envelopes.open_envelope(secret=second, who="x", reason="y", at=AT)


def test_wrong_secrets_are_noted_and_throttled(administrator: Account) -> None:
    _, secret = envelopes.seal(by=actor_of(administrator), at=AT)
    for _ in range(5):
        with pytest.raises(BadInputError, match="does not open"):
            envelopes.open_envelope(secret="AAAA-" * 6, who="x", reason="y", at=AT)
    with pytest.raises(BadInputError, match="Too many"):
        envelopes.open_envelope(secret=secret, who="x", reason="y", at=AT)
    assert SecurityEvent.objects.filter(kind="seal_refused").count() == 5
    envelopes.open_envelope(secret=secret, who="x", reason="y", at=AT.replace(hour=5))


def test_name_and_reason_are_asked_for(administrator: Account) -> None:
    _, secret = envelopes.seal(by=actor_of(administrator), at=AT)
    for missing in ({"who": " ", "reason": "y"}, {"who": "x", "reason": ""}):
        with pytest.raises(BadInputError):
            envelopes.open_envelope(secret=secret, **missing, at=AT)
    assert not Seal.objects.filter(opened_at__isnull=False).exists()


def test_only_administrators_seal_and_not_the_break_glass_account_itself(
    administrator: Account, people: dict[Role, Account]
) -> None:
    with pytest.raises(PermissionDenied):
        envelopes.seal(by=actor_of(people[Role.AUTHORITY_HEAD]), at=AT)
    _, secret = envelopes.seal(by=actor_of(administrator), at=AT)
    account = envelopes.open_envelope(secret=secret, who="x", reason="y", at=AT)
    with pytest.raises(PermissionDenied):
        envelopes.seal(by=actor_of(account), at=AT)
