"""All that people and thieves do, mixed at random: no browser gets a session without having shown its proofs."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.proof_machine import World
from tests.support.whole_machine import WholeMachine
from watchword.testing import SmsInbox
from watchword.web.setup import setup_of

STEPS = 100
EXAMPLES = {"fast": 3, "full": 160}
MANY = 10_000


@pytest.fixture
def machine(make_app, clock):
    """The machine in a world of this test, where guesses at the first proof are not what is looked at."""
    app = make_app(
        WATCHWORD_LOGIN_GUESSES_BEFORE_PAUSE=100,
        WATCHWORD_LOGIN_GUESSES_PER_MINUTE=1000,
        WATCHWORD_LOGIN_GUESSES_PER_HOUR=10_000,
        WATCHWORD_SMS_SENDER=SmsInbox(),
        WATCHWORD_SMS_COUNTRIES="DE",
        WATCHWORD_SMS_PER_COUNTRY=10_000,
        WATCHWORD_SMS_PER_DAY=10_000,
    )
    with app.app_context():

        class Here(WholeMachine):
            world = World(setup_of(app).tools, clock)

        yield Here


def test_the_machine_lets_right_proofs_in_and_no_others(machine):
    """Else the other test would say nothing."""
    walk = machine()
    walk.begins("by link", "both")
    thief, guest = walk.model.browsers[1:]
    walk.signs_in_by_password(1, right=True)
    assert (thief.waits, thief.inside) == ({"pwd"}, None)
    walk.types_the_code_of_an_app(1, 0, right=False)
    walk.types_a_recovery_code(1, right=False)
    assert thief.inside is None
    walk.a_moment_passes({"seconds": 31})
    walk.types_the_code_of_an_app(1, 0, right=True)
    walk.signs_in_by_passkey(2, 1, verifies=True)
    walk.nobody_is_inside_who_did_not_show_it()

    assert (thief.inside, guest.inside) == ({"pwd", "otp"}, {"hwk", "user"})


def test_no_session_opens_without_its_proofs(machine, request):
    tier = os.environ.get("WATCHWORD_TEST_TIER", "fast")
    is_short = "postgresql" in request.node.name
    walks = settings(
        max_examples=3 if is_short else EXAMPLES[tier],
        stateful_step_count=STEPS,
        suppress_health_check=list(HealthCheck),
        database=None,
    )

    run_state_machine_as_test(machine, settings=walks)

    assert is_short or tier == "fast" or machine.world.steps >= MANY
