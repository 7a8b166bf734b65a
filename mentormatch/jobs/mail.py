"""The way out for letters: SMTP."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr

from mentormatch.settings import MailSettings

TIMEOUT = 20.0
"""Seconds that the server has for each answer."""


class UnsendableError(OSError):
    """The letter itself cannot be sent to anybody: an address or a subject that no header can hold."""


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Implements ``services.ports.Mailer``: one connection for each letter."""

    settings: MailSettings

    def send(self, address: str, subject: str, text: str) -> None:
        """Send a letter, or raise ``OSError``, as every error of SMTP is one."""
        message = write_message(self.settings.sender, address, subject, text)
        with self._connect() as server:
            if self.settings.username:
                server.login(self.settings.username, self.settings.password)
            server.send_message(message)

    def _connect(self) -> smtplib.SMTP:
        """Return a connection that is protected as the settings say, the server's name being checked."""
        host, port, name = self.settings.host, self.settings.port, _domain_of(self.settings.sender)
        if self.settings.security == "tls":
            return smtplib.SMTP_SSL(host, port, name, timeout=TIMEOUT, context=ssl.create_default_context())
        server = smtplib.SMTP(host, port, name, timeout=TIMEOUT)
        if self.settings.security == "starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except BaseException:
                server.close()
                raise
        return server


def write_message(sender: str, address: str, subject: str, text: str) -> EmailMessage:
    """Return a letter; a line break in a header, which would start another one, is refused."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"], message["To"], message["Subject"] = sender, address, subject
    except (ValueError, IndexError) as error:
        raise UnsendableError("The address or the subject of a letter cannot stand in a header.") from error
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=_domain_of(sender))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def _domain_of(sender: str) -> str:
    """Return the domain of the sender, so that letters do not name the machine."""
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"
