"""Where the portal listens: as it is told, else on this machine only."""

import socket

import pytest

from mentormatch.errors import InputError
from mentormatch.operating.addresses import listen_at, listen_near, own_address, read_address, show_address
from tests.offices import plain_settings


@pytest.mark.parametrize(
    ("text", "address"),
    [("0.0.0.0:8000", ("0.0.0.0", 8000)), ("[::1]:80", ("::1", 80)), ("localhost:0", ("localhost", 0))],
)
def test_an_address_is_a_host_and_a_port(text: str, address: tuple[str, int]) -> None:
    assert read_address(text) == address


@pytest.mark.parametrize("text", ["", "8000", ":8000", "host:", "host:65536", "host:-1", "host:٨", "host:8e3"])
def test_what_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match=r"such as 127\.0\.0\.1:8000"):
        read_address(text)


@pytest.mark.parametrize(
    ("public_url", "port"),
    [
        ("http://127.0.0.1:8123", 8123),
        ("http://localhost:5000", 5000),
        ("http://127.0.0.1", 8000),
        ("https://mentoring.company.example", 8000),
        ("https://mentoring.company.example:8443", 8000),
    ],
)
def test_without_being_told_the_portal_listens_on_this_machine_only(public_url: str, port: int) -> None:
    assert own_address(plain_settings(public_url=public_url)) == ("127.0.0.1", port)


def test_a_port_that_is_taken_is_one_sentence_and_the_next_one_is_found() -> None:
    with listen_at("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError) as error, listen_at("127.0.0.1", port):
            pytest.fail("two sockets listen at one address")
        assert error.value.sentence.startswith(f"The portal cannot listen at 127.0.0.1:{port}: ")
        with listen_near(port) as other:
            assert other.getsockname()[1] > port
            assert show_address(other) == f"127.0.0.1:{other.getsockname()[1]}"


def test_when_no_port_nearby_is_free_that_is_said() -> None:
    with listen_at("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match="cannot listen"), listen_near(port, tries=1):
            pytest.fail("two sockets listen at one address")


def test_an_error_while_the_portal_runs_is_not_taken_for_a_port_that_is_taken() -> None:
    with pytest.raises(InputError, match="something else"), listen_near(0):
        raise InputError("something else")


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_an_address_of_six_is_shown_in_brackets() -> None:
    try:
        with listen_at("::1", 0) as listener:
            assert show_address(listener).startswith("[::1]:")
    except InputError:
        pytest.skip("this machine has no IPv6 address")
