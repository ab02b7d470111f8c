"""Lines that keep text messages from costing more than they must, and their codes from being guessed or reused."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

ATTACKS, SMS = "tests/attacks/test_text_messages.py", "features/sms_codes"


def m(file: str, line: str, broken: str, select: str) -> Mutation:
    return Mutation(f"{SMS}/{file}", line, broken, ATTACKS, select)


TEXT_MESSAGES = (
    m("spending.py", '("2/minute", "5/hour", "10/day")', '("2/minute", "5/hour")', "resend_loop"),
    m(
        "spending.py",
        'f"sms_user:user:{user_id}": ("5/hour", "10/day")',
        'f"sms_user:user:{user_id}": ()',
        "one_user or capped_by",
    ),
    m("spending.py", 'f"sms_address:{by}": ("10/hour", "30/day")', 'f"sms_address:{by}": ()', "capped_by"),
    m("spending.py", '(f"{config.per_country}/hour",)', "()", "capped_by"),
    m("spending.py", '(f"{config.per_day}/day",)', "()", "capped_by"),
    Mutation(
        f"{SMS}/spending.py",
        "if not is_theirs and not numbers.is_served(",
        "if False and not numbers.is_served(",
        "tests/sms_codes/test_switched_off.py",
        "on_its_way",
    ),
    m("spending.py", "phone is not None and phone.number == number", "phone is not None and False", "listed_no_more"),
    m(
        "codes.py",
        "    if not has_room and waiting_number",
        "    if False and waiting_number",
        "code_before_stays_good",
    ),
    m("numbers.py", " or phonenumbers.number_type(found) not in kinds", "", "no_mobiles"),
    m("numbers.py", "phonenumbers.region_code_for_number(found) not in countries", "False", "share_a_calling_code"),
    m("sign_in_routes.py", "    if ButtonForm().is_pressed():", "    if True:", "looking_at_a_page"),
    m(
        "codes.py",
        "delete(WaitingSmsCode).where(*right).returning(WaitingSmsCode.number)",
        "select(WaitingSmsCode.number).where(*right)",
        "confirmed_once",
    ),
    m("codes.py", 'fingerprint("sms login", waiting)', 'fingerprint("sms login")', "mfa_01"),
    m(
        "service.py",
        "    user_id = login.use_a_try(scope, waiting)",
        "    user_id = login.peek(scope, waiting).user_id",
        "no_new_tries",
    ),
    m("codes.py", "WaitingSmsCode.tries_left > 0)", "WaitingSmsCode.tries_left > -99)", "five_guesses"),
    m("service.py", "    with login.undone_if_refused(scope):", "    if True:", "in_flight"),
    m("routes.py", "@fresh_login_required\ndef number", "@login_required\ndef number", "mfa_14"),
    m("routes.py", "@fresh_login_required\ndef remove", "@login_required\ndef remove", "mfa_14"),
    m(
        "codes.py",
        "    right = (*_waiting(scope, user_id, holder), WaitingSmsCode.code == _keyed(scope, holder, code))",
        "    right = (*_waiting(scope, user_id, holder), WaitingSmsCode.code != code)",
        "mfa_15",
    ),
    Mutation(
        f"{SMS}/service.py",
        "phones.OF_USER, when=is_silent",
        "phones.OF_USER, when=lambda _scope: False",
        "tests/sms_codes/test_switched_off.py",
        "mfa_02",
    ),
)
