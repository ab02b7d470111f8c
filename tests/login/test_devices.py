"""Browsers that signed in before."""

from __future__ import annotations

from tests.login.trying import fail, fill_the_minute, refused, sign_in
from watchword.features.accounts import service as accounts
from watchword.features.login import devices, guessing
from watchword.testing import PASSWORD, make_user


def test_a_known_device_is_not_stopped_by_guesses_of_others_at_its_address(scope, new_scope, anna):
    device = sign_in(scope).device
    fill_the_minute(scope)

    sign_in(new_scope(device=device))


def test_a_known_device_has_ten_guesses_of_its_own(scope, new_scope, anna, clock):
    mine = new_scope(device=sign_in(scope).device)
    for _ in range(10):
        fail(mine)

    assert refused(mine).rule == guessing.BY_DEVICE
    clock.pass_(hours=1)
    sign_in(mine)


def test_someone_else_s_success_in_the_same_browser_gives_no_new_guesses(app, scope, new_scope, anna):
    make_user(app, "mallory")
    device = sign_in(new_scope(device=sign_in(scope).device), "mallory").device
    for _ in range(9):
        fail(new_scope(device=device))
    device = sign_in(new_scope(device=device), "mallory").device
    fail(new_scope(device=device))

    assert refused(new_scope(device=device)).rule == guessing.BY_DEVICE


def test_a_known_device_is_known_to_its_own_user_only(app, scope, new_scope, anna):
    make_user(app, "carla")
    device = sign_in(scope).device
    fill_the_minute(scope)

    refused(new_scope(device=device), "carla")


def test_a_device_is_unknown_after_the_password_was_changed(scope, new_scope, anna):
    device = sign_in(scope).device
    accounts.set_password(scope, accounts.get(scope, anna), scope.tools.hasher.hash(PASSWORD))
    scope.commit()
    fill_the_minute(scope)

    refused(new_scope(device=device))
    assert devices.list_for(scope, anna) == []


def test_a_device_secret_planted_before_the_sign_in_is_worthless_after_it(scope, new_scope, anna):
    planted = sign_in(scope).device
    sign_in(new_scope(device=planted))
    fill_the_minute(scope)

    refused(new_scope(device=planted))


def test_a_forgotten_device_is_a_stranger_and_nobody_else_can_forget_it(app, scope, new_scope, anna):
    carla = make_user(app, "carla")
    device = sign_in(scope).device
    (shown,) = devices.list_for(scope, anna)
    devices.forget(scope, carla, shown.handle)
    scope.commit()
    assert len(devices.list_for(scope, anna)) == 1

    devices.forget(scope, anna, shown.handle)
    scope.commit()
    fill_the_minute(scope)

    refused(new_scope(device=device))
