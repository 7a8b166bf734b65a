"""Logging in and out through the pages."""

from tests.pages import Portal, said


def test_somebody_with_the_right_password_comes_home(portal: Portal) -> None:
    visitor = portal.visitor("employee@company.example")
    answer = visitor.log_in()
    assert (answer.status_code, answer.location) == (302, "/")
    assert "Hello, Emma Employee" in said(visitor.get("/"))
