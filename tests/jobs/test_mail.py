"""Letters leave by SMTP, and nobody's name or address can add to their headers."""

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import ClassVar, override

import pytest

from mentormatch.jobs.mail import SmtpMailer, UnsendableError, write_message
from mentormatch.settings import MailSettings
from tests.offices import plain_settings

SENDER = "Mentoring <mentoring@company.example>"


@dataclass(slots=True)
class Postbox:
    """A server that takes letters and keeps what it was told; it may refuse recipients."""

    port: int = 0
    said: list[str] = field(default_factory=list)
    letters: list[bytes] = field(default_factory=list)
    refusal: str = ""


class Clerk(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as a letter needs."""

    postbox: ClassVar[Postbox]

    @override
    def handle(self) -> None:
        """Take one conversation."""
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            self.postbox.said.append(line)
            word = line.split()[0].upper()
            if word == "QUIT":
                return self._say("221 goodbye")
            if word == "DATA":
                self._say("354 go on")
                self.postbox.letters.append(self._take())
            self._say(self.postbox.refusal if word == "RCPT" and self.postbox.refusal else "250 good")
        return None

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _take(self) -> bytes:
        lines = list(iter(self.rfile.readline, b".\r\n"))
        return b"".join(lines)


class Counter(socketserver.ThreadingTCPServer):
    """A server that makes no noise when somebody does not speak SMTP."""

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """A server on this machine."""
    Clerk.postbox = Postbox()
    with Counter(("127.0.0.1", 0), Clerk) as server:
        Clerk.postbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Clerk.postbox
        server.shutdown()
        thread.join()


def settings_for(postbox: Postbox, **changes: object) -> MailSettings:
    """Return the settings that lead to a server."""
    mail = {"host": "127.0.0.1", "port": postbox.port, "sender": SENDER} | changes
    return plain_settings(mail=mail).mail


def test_a_letter_arrives_as_it_was_written(postbox: Postbox) -> None:
    SmtpMailer(settings_for(postbox)).send("ann@x.example", "Grüße", "Choose a password:\n\nhttps://x.example/é\n")
    letter = message_from_bytes(postbox.letters[0], policy=default)
    assert (letter["From"], letter["To"], letter["Subject"]) == (SENDER, "ann@x.example", "Grüße")
    assert letter.get_content().replace("\r\n", "\n") == "Choose a password:\n\nhttps://x.example/é\n"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"]


def test_a_letter_does_not_name_the_machine_it_comes_from(postbox: Postbox) -> None:
    SmtpMailer(settings_for(postbox)).send("ann@x.example", "Hello", "Text")
    assert postbox.said[0] == "ehlo company.example"
    assert message_from_bytes(postbox.letters[0])["Message-ID"].endswith("@company.example>")


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("place", ["address", "subject"])
def test_a_line_break_adds_no_header_wb_09(break_: str, place: str) -> None:
    attack = f"ann@x.example{break_}Bcc: eve@x.example"
    address, subject = (attack, "Hello") if place == "address" else ("ann@x.example", attack)
    with pytest.raises(UnsendableError, match="cannot stand in a header"):
        write_message(SENDER, address, subject, "Text")


def test_what_the_server_refuses_is_an_error_that_lets_the_letter_wait(postbox: Postbox) -> None:
    postbox.refusal = "450 mailbox busy"
    with pytest.raises(OSError, match="mailbox busy"):
        SmtpMailer(settings_for(postbox)).send("ann@x.example", "Hello", "Text")
    assert postbox.letters == []


def test_a_server_that_is_not_there_is_such_an_error_too(postbox: Postbox) -> None:
    with pytest.raises(OSError, match="refused"):
        SmtpMailer(settings_for(postbox, port=1)).send("ann@x.example", "Hello", "Text")


def test_a_letter_is_not_sent_in_the_open_where_the_settings_ask_for_protection(postbox: Postbox) -> None:
    with pytest.raises(OSError, match="STARTTLS"):
        SmtpMailer(settings_for(postbox, security="starttls")).send("ann@x.example", "Hello", "Text")
    with pytest.raises(OSError, match=r"(?i)ssl"):
        SmtpMailer(settings_for(postbox, security="tls")).send("ann@x.example", "Hello", "Text")
    assert postbox.letters == []
