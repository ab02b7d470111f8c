"""The lines that keep a passkey its owner's: each broken in turn."""

from __future__ import annotations

from tests.attacks.mutations import LOGIN, m

PASSKEYS, ATTACKS = "features/passkeys", "tests/attacks/passkeys"
CHALLENGES, KEYS, OWNERS, BYTES = (f"{ATTACKS}/test_{name}.py" for name in ("challenges", "keys", "owners", "bytes"))
VECTORS = "tests/passkeys/test_vectors.py"
PASSKEY_LINES = (
    m(f"{PASSKEYS}/challenges.py", ".returning(UsedChallenge.id)) is None:", ".returning(UsedChallenge.id)) == 7:", "wan_01", CHALLENGES),
    m(f"{PASSKEYS}/challenges.py", "    scope.settle()\n", "    scope.undo()\n", "wan_01", CHALLENGES),
    m(f"{PASSKEYS}/challenges.py", "made_for == purpose and held_by == holder", "held_by == holder", "wan_02", CHALLENGES),
    m(f"{PASSKEYS}/challenges.py", "made_for == purpose and held_by == holder", "made_for == purpose", "wan_02", CHALLENGES),
    m(f"{PASSKEYS}/challenges.py", "LIFETIME = timedelta(minutes=5)", "LIFETIME = timedelta(hours=5)", "wan_02", CHALLENGES),
    m(f"{PASSKEYS}/verification.py", '    _want(said["type"] == act, "act")\n', "", "wan_03", CHALLENGES),
    m(f"{PASSKEYS}/verification.py", 'said["challenge"]) == answered.challenge', 'said["challenge"]) is not None', "wan_03", CHALLENGES),
    m(f"{PASSKEYS}/verification.py", '    _want(said["origin"] == site.origin, "origin")\n', "", "wan_03", CHALLENGES),
    m(f"{PASSKEYS}/verification.py", 'not said.get("crossOrigin")', "True", "wan_03", CHALLENGES),
    m(f"{PASSKEYS}/verification.py", 'and "topOrigin" not in said', "", "wan_03", CHALLENGES),
    m(f"{PASSKEYS}/verification.py", "data.rp_id_hash == sha256(site.id.encode()).digest()", "True", "wan_03", CHALLENGES),
    m(f"{PASSKEYS}/verification.py", '    _want(len({name for name, _ in pairs}) == len(pairs), "a key said twice")\n', "", "wan_03", CHALLENGES),
    m(f"{PASSKEYS}/keys.py", "(Passkey.sign_count < count) if count else (Passkey.sign_count == 0)", "Passkey.sign_count >= 0", "wan_04", CHALLENGES),
    m(f"{PASSKEYS}/keys.py", "        scope.emit(CopiedPasskeyShown(", "        print(dict(", "wan_04", CHALLENGES),
    m(f"{PASSKEYS}/keys.py", "person is None or not person.is_open", "person is None", "wan_09", CHALLENGES),
    m(f"{PASSKEYS}/keys.py", "told not in {None, key.user_handle}", "False", "wan_08", KEYS),
    m(f"{PASSKEYS}/keys.py", "signed.backup_eligible != key.backup_eligible or ", "", "wan_08", KEYS),
    m(f"{PASSKEYS}/sign_in.py", "if verification.user_handle(reply.answer) is None:", "if False:", "wan_08", KEYS),
    m(f"{PASSKEYS}/verification.py", "SHORTEST_ID <= len(key.credential_id) <= LONGEST_ID", "True", "wan_06", KEYS),
    m(f"{PASSKEYS}/verification.py", "key.credential_id == credential_id(answer)", "True", "wan_06", KEYS),
    m(f"{PASSKEYS}/service.py", "        raise PasskeyExists", "        return get(scope, user_id, '0' * 32)", "wan_06", KEYS),
    m(f"{PASSKEYS}/verification.py", "data.is_user_present()", "True", "wan_08", KEYS),
    m(f"{PASSKEYS}/verification.py", "data.is_user_verified() or not must_verify", "True", "touch_is_not_enough", VECTORS),
    m(f"{PASSKEYS}/verification.py", "data.is_backup_eligible() or not data.is_backed_up()", "True", "wan_08", KEYS),
    m(f"{PASSKEYS}/verification.py", "        case {1: 2, 3: Algorithm.ES256, -1: 1,", "        case {1: 2, 3: Algorithm.ES256,", "wan_08", KEYS),
    m(f"{PASSKEYS}/verification.py", "        case {1: 2, 3: Algorithm.ES256,", "        case {3: Algorithm.ES256,", "wan_08", KEYS),
    m(f"{PASSKEYS}/verification.py", 'raise ValueError("key and algorithm")', "pass", "wan_08", KEYS),
    m(f"{PASSKEYS}/verification.py", ".public_key().key_size in RSA_BITS", ".public_key().key_size", "wan_08", KEYS),
    m(f"{PASSKEYS}/verification.py", 'statement.keys() == {"alg", "sig"}', 'statement.keys() >= {"alg", "sig"}', "certificate_vouches", VECTORS),
    m(f"{PASSKEYS}/verification.py", '    _want(answer["type"] == "public-key" and ', "    _want(", "wan_08", BYTES),
    m(f"{PASSKEYS}/verification.py", 'fmt == "none" and statement == {}', "statement == {}", "makers_format", VECTORS),
    m(f"{PASSKEYS}/verification.py", 'fmt == "none" and statement == {}', 'fmt == "none"', "wan_08", KEYS),
    m(f"{PASSKEYS}/verification.py", '            _want(statement["alg"] == key.public_key[3], "attestation")\n', "", "wan_08", BYTES),
    m(f"{PASSKEYS}/verification.py", '            key.public_key.verify(data + client_data, statement["sig"])\n', "", "wan_08", BYTES),
    m(f"{PASSKEYS}/verification.py", '        CoseKey.parse(kept).verify(data + client_data, _sent(answered.answer, "signature"))\n', "", "wan_08", KEYS),
    m(f"{PASSKEYS}/verification.py", '        raise TypeError("no text")\n', "        pass\n", "wan_08", BYTES),
    m(f"{PASSKEYS}/authenticator_data.py", "if _written(value) + rest != data:", "if False:", "wan_08", BYTES),
    m(f"{PASSKEYS}/authenticator_data.py", "not isinstance(data, bytes) or ", "", "wan_08", BYTES),
    m(f"{PASSKEYS}/authenticator_data.py", " or len(data) > LONGEST", "", "wan_08", BYTES),
    m(f"{PASSKEYS}/authenticator_data.py", 'raise ValueError("bytes after the end")', "pass", "wan_08", BYTES),
    m(f"{PASSKEYS}/verification.py", "    except Exception as error:", "    except KeyError as error:", "wan_08", KEYS),
    m(f"{PASSKEYS}/service.py", "or not shown.isprintable()", "", "wan_10", OWNERS),
    m(f"{PASSKEYS}/service.py", "    if len(keys.of_user(scope, user_id)) == 1:", "    if False:", "wan_10", OWNERS),
    m(f"{PASSKEYS}/service.py", "    return (Passkey.handle == handle) & (Passkey.user_id == user_id)", "    return Passkey.handle == handle", "az_02", OWNERS),
    m(f"{PASSKEYS}/sign_in.py", "    if shown.key.user_id != user_id:", "    if False:", "mfa_06", OWNERS),
    m(f"{PASSKEYS}/sign_in.py", '    return fingerprint(scope.caller.session or "")', '    return ""', "mfa_06", OWNERS),
    m(f"{PASSKEYS}/sign_in.py", 'challenges.use_up(scope, reply, "confirm"', 'challenges.use_up(scope, reply, "login"', "mfa_06", OWNERS),
    m(f"{LOGIN}/other_proofs.py", "        guess.wrong()\n", "        guess.unchecked()\n", "counted_like_wrong", CHALLENGES),
)  # fmt: skip
