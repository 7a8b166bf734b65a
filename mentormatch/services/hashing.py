"""Hashes: Argon2id for passwords (OWASP Password Storage), SHA-256 for random secrets, HMAC for what can be guessed."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB = 19_456
PASSES = 2
LANES = 1
SECRET_BYTES = 32


def make_hasher(memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> PasswordHasher:
    """Return a hasher with explicit parameters, so that another version of the library changes nothing."""
    return PasswordHasher(passes, memory_kib, LANES, hash_len=32, salt_len=16, type=Type.ID)


@dataclass(frozen=True, slots=True)
class Argon2Passwords:
    """Passwords as Argon2id. A blank hash is compared with that of a password nobody knows, at the same price."""

    hasher: PasswordHasher = field(default_factory=make_hasher)
    nobody: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Make the hash that stands for no user."""
        object.__setattr__(self, "nobody", self.hasher.hash(secrets.token_urlsafe(SECRET_BYTES)))

    def hash(self, password: str) -> str:
        """Return the hash of a password."""
        return self.hasher.hash(_bytes_of(password))

    def is_right(self, password_hash: str, password: str) -> bool:
        """Whether a password belongs to a hash; always the price of one hash."""
        try:
            self.hasher.verify(password_hash or self.nobody, _bytes_of(password))
        except (VerificationError, InvalidHashError):
            return False
        return bool(password_hash)

    def is_outdated(self, password_hash: str) -> bool:
        """Whether a hash was made with other parameters."""
        return self.hasher.check_needs_rehash(password_hash)


@dataclass(frozen=True, slots=True)
class RandomSecrets:
    """Secrets from the operating system, and keyed hashes with the keys of the installation."""

    keys: tuple[str, ...] = field(repr=False)

    def new(self) -> str:
        """Return a random text of 256 bits."""
        return secrets.token_urlsafe(SECRET_BYTES)

    def hash(self, secret: str) -> str:
        """Return the hash under which a random text is kept; it needs no salt, as nobody can guess the text."""
        return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

    def fingerprints(self, text: str) -> tuple[str, ...]:
        """Return the HMAC-SHA-256 of a text under each key."""
        data = text.encode("utf-8", "surrogatepass")
        return tuple(hmac.new(key.encode(), data, hashlib.sha256).hexdigest() for key in self.keys)


def _bytes_of(password: str) -> bytes:
    """Return a password as bytes; what no keyboard types and a request may hold all the same is no error."""
    return password.encode("utf-8", "surrogatepass")
