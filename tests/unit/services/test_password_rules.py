"""Which passwords are accepted (AU-07) and how they are hashed (AU-12)."""

import pytest
from argon2 import extract_parameters

from mentormatch.errors import InputError
from mentormatch.services.hashing import Argon2Passwords, RandomSecrets, make_hasher
from mentormatch.services.password_rules import check_password, is_hashable

CONTEXT = ("ann.smith@company.example", "MentorMatch")


@pytest.mark.parametrize(
    "password",
    [
        "tr4mpvle",
        "  spaces count  ",
        "correct horse battery staple",
        "日本語のパスワード",
        "🌲🌊🔥🪨🌬️⚡🌙⭐",
        "x1Y2z3" * 10 + "wxyz",
        "aB3$xY9!" * 16,
        "ann likes long walks at dawn",
        "welcome to the north sea",
    ],
)
def test_a_password_nobody_would_guess_is_accepted_au_07(password: str) -> None:
    check_password(password, CONTEXT)


@pytest.mark.parametrize(
    ("password", "what"),
    [
        ("sevenxy", "fewer than 8"),
        ("", "fewer than 8"),
        ("aB3$xY9!" * 16 + "x", "more than 128"),
        ("x" * 1_000_000, "more than 128"),
        ("tramp\0vole walk", "cannot be typed"),
        ("tramp\ud800vole walk", "cannot be typed"),
        ("aaaaaaaaaaaa", "tried first"),
        ("abababababab", "tried first"),
        ("12345678", "tried first"),
        ("0987654321", "tried first"),
        ("qwertyuiop", "tried first"),
        ("abcd1234", "tried first"),
        ("password", "tried first"),
        ("Password1!", "tried first"),
        ("P@ssw0rd2026", "tried first"),
        ("passwordpassword", "tried first"),
        ("welcome123", "tried first"),
        ("sunshine99", "tried first"),
        ("iloveyou!!", "tried first"),
        ("mentormatch1", "hardly more than"),
        ("ann.smith", "hardly more than"),
        ("Company2026", "hardly more than"),
    ],
)
def test_a_password_that_is_tried_first_is_refused_au_07(password: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        check_password(password, CONTEXT)


def test_exactly_128_characters_are_hashable_au_07() -> None:
    assert is_hashable("x" * 128)
    assert not is_hashable("x" * 129)


def test_a_hash_is_argon2id_with_the_parameters_of_the_book_au_12() -> None:
    passwords = Argon2Passwords()
    found = extract_parameters(passwords.hash("a mountain of green tea"))
    assert found.type.name == "ID"
    assert found.memory_cost >= 19_456
    assert found.time_cost >= 2


def test_a_password_fits_its_own_hash_alone_and_letter_by_letter_au_07() -> None:
    passwords = Argon2Passwords(make_hasher(memory_kib=64, passes=1))
    known = passwords.hash(" Grün\0tea\ud800 ")
    assert passwords.is_right(known, " Grün\0tea\ud800 ")
    assert not passwords.is_right(known, "Grün\0tea\ud800")
    assert not passwords.is_right(known, " grün\0tea\ud800 ")
    assert not passwords.is_right("", "")
    assert not passwords.is_right("no hash at all", "x")


def test_a_hash_with_old_parameters_is_outdated_au_12() -> None:
    old = Argon2Passwords(make_hasher(memory_kib=64, passes=1))
    new = Argon2Passwords(make_hasher(memory_kib=128, passes=1))
    assert new.is_outdated(old.hash("x"))
    assert not new.is_outdated(new.hash("x"))


def test_secrets_are_new_each_time_and_kept_as_hashes() -> None:
    secrets = RandomSecrets(("new key", "old key"))
    made = {secrets.new() for _ in range(100)}
    assert len(made) == 100
    assert min(map(len, made)) >= 43
    assert not made & {secrets.hash(secret) for secret in made}


def test_a_fingerprint_made_with_an_old_key_is_still_known_cf_02() -> None:
    old, both = RandomSecrets(("old key",)), RandomSecrets(("new key", "old key"))
    assert old.fingerprints("E17")[0] in both.fingerprints("E17")
    assert old.fingerprints("E17")[0] != both.fingerprints("E17")[0]
    assert old.fingerprints("E17") != old.fingerprints("E18")
