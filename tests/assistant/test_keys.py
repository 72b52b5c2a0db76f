"""Access keys and the sessions made with them: when they are in force, and what is kept of them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from assistant.access import STAFF, Access
from assistant.keys import PREFIX, Keys
from assistant.roles import KeyRole
from index.database import open_database, utc_now
from index.errors import AccessDenied, CredentialNeeded, InvalidRequest, NotFound, SessionExpired, StorageFull
from index.library import Library
from index.scope import EVERYTHING
from index.sqlite import FILE_NAME

ROLES: tuple[KeyRole, ...] = ("admin", "staff", "researcher")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(open_database(tmp_path))
    yield library
    library.close()


@pytest.fixture
def access(library: Library) -> Access:
    return Access(library, 900)


@pytest.fixture
def elsewhere(library: Library, tmp_path: Path) -> Iterator[Keys]:
    """The same keys as another process sees them."""
    engine = open_database(tmp_path)
    yield Keys(engine)
    engine.dispose()


def later(monkeypatch: pytest.MonkeyPatch, **time: float) -> None:
    """Let so much time pass for keys and sessions."""
    then = utc_now() + timedelta(**time)
    for module in ("keys", "sign_ins"):
        monkeypatch.setattr(f"assistant.{module}.utc_now", lambda: then)


def random_part(secret: str) -> str:
    return secret.removeprefix(PREFIX).partition("_")[2]


@pytest.mark.parametrize("role", ROLES)
def test_a_key_says_who_calls(access: Access, role: KeyRole) -> None:
    made = access.keys.create(role, days=30, name="Anna")
    caller = access.caller(made.secret)
    assert (caller.role, caller.scope, caller.owner) == (role, EVERYTHING, f"key:{made.key.id}")
    assert caller.ends == made.key.expires_at
    assert (made.key.expires_at - made.key.created_at) == timedelta(days=30)


@pytest.mark.sqlite
def test_the_library_keeps_no_secret(access: Access, library: Library, tmp_path: Path) -> None:
    made = access.keys.create("staff", days=1)
    token = access.sign_in(made.secret).token
    library.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert (tmp_path / FILE_NAME).exists()
    assert hashlib.sha256(made.secret.encode()).digest() in stored
    for secret in (made.secret, random_part(made.secret), token, token[4:]):
        assert secret.encode() not in stored


def test_secrets_are_long_and_differ(access: Access) -> None:
    secrets = {access.keys.create("staff", days=1).secret for _ in range(20)}
    assert len(secrets) == 20
    # 32 bytes in base64.
    assert {len(random_part(secret)) for secret in secrets} == {43}


def test_without_a_key_callers_are_staff_and_with_the_first_one_nobody_is(access: Access, elsewhere: Keys) -> None:
    assert access.caller(None) == STAFF
    key = elsewhere.create("staff", days=1).key
    with pytest.raises(CredentialNeeded):
        access.caller(None)
    # The last key's end must not open the server to everybody.
    elsewhere.revoke(key.id)
    with pytest.raises(CredentialNeeded):
        access.caller(None)


def test_the_end_of_the_last_key_opens_nothing_after_a_restart(access: Access, library: Library) -> None:
    access.keys.revoke(access.keys.create("staff", days=1).key.id)
    assert not Access(library, 900).is_open


def test_accounts_of_a_provider_need_no_key(library: Library) -> None:
    assert not Access(library, 900, accounts=True).is_open


def test_a_revoked_key_ends_at_once_with_its_sessions(access: Access, elsewhere: Keys) -> None:
    made, other = (access.keys.create("staff", days=1) for _ in range(2))
    token, others = access.sign_in(made.secret).token, access.sign_in(other.secret).token
    assert access.caller(token).owner == access.caller(made.secret).owner == made.key.owner
    assert elsewhere.revoke(made.key.id).state == "revoked"
    with pytest.raises(AccessDenied, match="no longer"):
        access.caller(made.secret)
    with pytest.raises(SessionExpired):
        access.caller(token)
    with pytest.raises(AccessDenied):
        access.sign_in(made.secret)
    assert access.caller(others).owner == other.key.owner


def test_revoking_twice_keeps_the_first_time(access: Access) -> None:
    key_id = access.keys.create("staff", days=1).key.id
    assert access.keys.revoke(key_id).revoked_at == access.keys.revoke(key_id).revoked_at
    with pytest.raises(NotFound):
        access.keys.revoke("0" * 16)


def test_an_expired_key_ends_with_its_sessions(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    access = Access(library, 900, sign_in_hours=48)
    made = access.keys.create("staff", days=1)
    begun = access.sign_in(made.secret)
    assert begun.sign_in.ends == made.key.expires_at
    later(monkeypatch, days=1, seconds=1)
    with pytest.raises(AccessDenied):
        access.caller(made.secret)
    with pytest.raises(SessionExpired):
        access.caller(begun.token)
    assert [key.state for key in access.keys.all()] == ["expired"]


def test_a_session_ends_after_its_hours_and_is_forgotten(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    made = access.keys.create("staff", days=30)
    token = access.sign_in(made.secret).token
    later(monkeypatch, hours=11.9)
    assert access.caller(token).role == "staff"
    later(monkeypatch, hours=12.1)
    with pytest.raises(SessionExpired):
        access.caller(token)
    assert access.caller(made.secret).role == "staff"


def test_signing_out_ends_one_session(access: Access) -> None:
    made = access.keys.create("staff", days=1)
    first, second = (access.sign_in(made.secret).token for _ in range(2))
    access.sign_ins.end(first)
    with pytest.raises(SessionExpired):
        access.caller(first)
    assert access.caller(second).owner == made.key.owner


def test_an_account_of_a_provider_is_an_owner_of_its_own(access: Access) -> None:
    begun = access.sign_ins.begin_for("oidc:anna", "researcher")
    caller = access.caller(begun.token)
    assert (caller.role, caller.owner, caller.ends) == ("researcher", "oidc:anna", None)


def test_made_up_keys_are_refused(access: Access) -> None:
    made = access.keys.create("staff", days=1)
    random = random_part(made.secret)
    start = made.secret.removesuffix(f"_{random}")
    flipped = random[:-1] + ("A" if random[-1] != "A" else "B")
    wrong = (
        f"{start}_{flipped}",
        f"{start}_",
        start,
        PREFIX,
        made.secret.upper(),
        f"{made.secret} ",
        "mds_x",
        "",
    )
    for token in wrong:
        with pytest.raises(AccessDenied):
            access.caller(token)


def test_the_use_of_a_key_is_noted_once_a_minute(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = access.keys.create("staff", days=1).secret
    assert access.keys.all()[0].last_used_at is None
    access.caller(secret)
    first = access.keys.all()[0].last_used_at
    access.caller(secret)
    assert access.keys.all()[0].last_used_at == first
    later(monkeypatch, seconds=61)
    access.caller(secret)
    noted = access.keys.all()[0].last_used_at
    assert first is not None
    assert noted is not None
    assert noted - first >= timedelta(seconds=60)


def test_a_full_disk_locks_nobody_out(
    access: Access, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = access.keys.create("staff", days=1).secret

    def full(_: object) -> NoReturn:
        raise StorageFull("The disk is full.")

    monkeypatch.setattr("assistant.keys.writing", full)
    with caplog.at_level(logging.WARNING):
        assert access.caller(secret).role == "staff"
    assert secret not in caplog.text


def test_a_key_may_be_for_some_collections(access: Access) -> None:
    made = access.keys.create("researcher", days=1, collections=["press", "guides"])
    assert made.key.collections == frozenset({"guides", "press"})
    assert access.keys.all() == [made.key]


def test_a_name_has_an_end(access: Access) -> None:
    with pytest.raises(InvalidRequest):
        access.keys.create("staff", days=1, name="a" * 101)
    assert access.is_open
