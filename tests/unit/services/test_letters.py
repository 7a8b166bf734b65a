"""Letters: sent once, with a link that is made when they are sent and stored nowhere."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mentormatch.domain.accounts import TokenKind
from mentormatch.services import accounts, letters
from mentormatch.services.letters import TRIES, send_letters
from mentormatch.services.permissions import COMMAND_LINE
from tests.offices import PASSWORD, Office

ANN = "ann@company.example"


@dataclass(slots=True)
class Postbox:
    """A mail server that keeps what it is given, or is down."""

    is_down: bool = False
    letters: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, address: str, subject: str, text: str) -> None:
        """Keep a letter."""
        if self.is_down:
            raise ConnectionRefusedError
        self.letters.append((address, subject, text))


@pytest.fixture
def postbox() -> Postbox:
    """An empty postbox."""
    return Postbox()


def link_in(text: str) -> str:
    """Return the token of the link in a letter."""
    found = re.search(r"^http://127\.0\.0\.1:8000/(?:invitation|reset)/(\S+)$", text, re.MULTILINE)
    assert found
    return found.group(1)


def test_an_invitation_leads_to_a_password(office: Office, postbox: Postbox) -> None:
    accounts.invite(office.ports, COMMAND_LINE, ANN)
    assert send_letters(office.ports, postbox) == 1
    ((address, subject, text),) = postbox.letters
    assert (address, subject) == (ANN, "Your invitation to MentorMatch")
    assert "for 168 hours" in text
    assert accounts.set_password_by_token(office.ports, TokenKind.INVITATION, link_in(text), PASSWORD).email == ANN


@pytest.mark.parametrize(("count", "sent"), [(4, [4, 0]), (5, [5, 0]), (13, [5, 5, 3, 0])])
def test_a_long_outbox_is_emptied_a_few_letters_at_a_time_with_a_bell_in_between(
    office: Office, postbox: Postbox, monkeypatch: pytest.MonkeyPatch, count: int, sent: list[int]
) -> None:
    monkeypatch.setattr(letters, "AT_ONCE", 5)
    for number in range(count):
        accounts.invite(office.ports, COMMAND_LINE, f"user{number}@company.example")
    assert [send_letters(office.ports, postbox) for _ in sent] == sent
    assert len({address for address, _, _ in postbox.letters}) == count
    assert office.jobs.asked == [("letters", 0)] * sent.count(5)


def test_letters_that_cannot_be_sent_ring_for_no_more(
    office: Office, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "AT_ONCE", 1)
    accounts.invite(office.ports, COMMAND_LINE, ANN)
    postbox.is_down = True
    send_letters(office.ports, postbox)
    assert office.jobs.asked == []


def test_a_reset_leads_to_a_new_password(office: Office, postbox: Postbox) -> None:
    office.user(email=ANN)
    accounts.request_reset(office.ports, ANN, "192.0.2.1")
    send_letters(office.ports, postbox)
    text = postbox.letters[-1][2]
    assert accounts.set_password_by_token(office.ports, TokenKind.RESET, link_in(text), PASSWORD + "!").email == ANN


def test_a_letter_is_sent_once(office: Office, postbox: Postbox) -> None:
    accounts.invite(office.ports, COMMAND_LINE, ANN)
    assert [send_letters(office.ports, postbox) for _ in range(3)] == [1, 0, 0]


def test_no_token_waits_in_the_outbox_au_08(office: Office, postbox: Postbox) -> None:
    accounts.invite(office.ports, COMMAND_LINE, ANN)
    send_letters(office.ports, postbox)
    token = link_in(postbox.letters[0][2])
    assert token.encode() not in Path(str(office.store.engine.url.database)).read_bytes()


def test_a_letter_waits_longer_each_time_the_server_is_down_and_is_given_up_at_last_fi_17(
    office: Office, postbox: Postbox
) -> None:
    accounts.invite(office.ports, COMMAND_LINE, ANN)
    postbox.is_down = True
    send_letters(office.ports, postbox)
    postbox.is_down = False
    assert send_letters(office.ports, postbox) == 0
    office.clock.move(minutes=1)
    assert send_letters(office.ports, postbox) == 1
    accounts.invite(office.ports, COMMAND_LINE, "bob@company.example")
    postbox.is_down = True
    for _ in range(TRIES):
        assert send_letters(office.ports, postbox) == 0
        office.clock.move(hours=10)
    postbox.is_down = False
    office.clock.move(days=365)
    assert send_letters(office.ports, postbox) == 0


def test_whoever_was_disabled_or_has_a_password_gets_no_invitation(office: Office, postbox: Postbox) -> None:
    ann = accounts.invite(office.ports, COMMAND_LINE, ANN)
    accounts.set_disabled(office.ports, COMMAND_LINE, ann.key, True)
    office.user(email="bob@company.example")
    assert send_letters(office.ports, postbox) == 0
    assert postbox.letters == []
