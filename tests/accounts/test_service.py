"""Finding, adding and checking people."""

from __future__ import annotations

import pytest

from watchword.features.accounts import service
from watchword.features.accounts.addresses import check_address
from watchword.features.accounts.errors import CredentialsChanged
from watchword.features.accounts.names import check_user_name
from watchword.testing import PASSWORD


def add(scope, name, email):
    return service.add(scope, check_user_name(name), check_address(email), password_hash=None)


@pytest.mark.parametrize("typed", ["anna", " ANNA ", "anna@example.com", "Anna@EXAMPLE.com"])
def test_a_person_is_found_by_name_or_address_in_any_spelling(scope, anna, typed):
    assert service.find(scope, typed).id == anna


@pytest.mark.parametrize("typed", ["", "berta", "berta@example.com", "@", "anna\x00", "a" * 5000])
def test_nobody_is_found_by_what_is_nobodys(scope, anna, typed):
    assert service.find(scope, typed) is None


@pytest.mark.parametrize(
    ("name", "email"), [("ANNA", "other@example.com"), ("other", "ANNA@example.com")], ids=["name", "address"]
)
def test_a_taken_name_or_address_adds_nobody_and_breaks_nothing(scope, anna, name, email):
    assert add(scope, name, email) is None
    assert add(scope, "berta", "berta@example.com") is not None


def test_an_address_is_taken_away_once_and_with_it_what_was_begun_under_its_credentials(scope, anna):
    before = service.get(scope, anna).credential_version

    assert service.withdraw_address(scope, anna)
    assert not service.withdraw_address(scope, anna)

    person = service.get(scope, anna)
    assert (person.has_address, person.credential_version) == (False, before + 1)


def test_a_password_is_right_only_for_its_open_owner(scope, anna):
    person = service.get(scope, anna)

    assert service.verify(scope, person, PASSWORD)
    assert not service.verify(scope, person, f"{PASSWORD}!")
    assert not service.verify(scope, None, PASSWORD)


def test_a_new_password_makes_what_was_bound_to_the_old_one_worthless(scope, anna):
    before = service.get(scope, anna).credential_version
    hashed = service.hash_new_password(scope, "another quiet river of copper", "anna")

    service.set_password(scope, service.get(scope, anna), hashed)
    scope.commit()

    after = service.get(scope, anna)
    assert after.credential_version == before + 1
    assert service.verify(scope, after, "another quiet river of copper")


def test_an_upgraded_hash_never_brings_back_a_password_that_was_changed_meanwhile(scope, anna):
    seen_before = service.get(scope, anna)
    service.set_password(scope, service.get(scope, anna), "changed meanwhile")

    service.replace_hash(scope, seen_before, "the old password, hashed better")
    scope.commit()

    assert service.get(scope, anna).password_hash == "changed meanwhile"


def test_a_hash_that_took_too_long_does_not_replace_a_newer_one(scope, anna):
    seen_before = service.get(scope, anna)
    service.set_password(scope, seen_before, "the owner's")
    scope.commit()

    with pytest.raises(CredentialsChanged):
        service.set_password(scope, seen_before, "a thief's")

    assert service.get(scope, anna).password_hash == "the owner's"
