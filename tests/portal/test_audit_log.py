"""The pages of the audit log: in plain words, by number only, with a check and a file to take along."""

import ast
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from mentormatch.domain.accounts import Actor, Role
from mentormatch.domain.people import Person
from mentormatch.portal.auditor.entries import SENTENCES, name_in_words, subject_code
from mentormatch.services import accounts, audit_log, own_data, sign_in
from mentormatch.services.audit_log import append
from mentormatch.services.permissions import COMMAND_LINE
from tests.architecture.source import modules_of
from tests.offices import ORIGIN, PASSWORD
from tests.pages import EMPLOYED, Portal, Visitor, said

CANARY = Person("CANARY-ID-77", "Zora Kanarienvogel", "zora@canary.example", manager_id="p2", level=4)
FIRST_NUMBERS = (1, 2, 3, 8)
"""Keys that are tried wherever an address takes one; person 8 is the canary."""


def note(portal: Portal, count: int, action: str = "tested", subject: str = "thing:1") -> None:
    """Add entries to the log."""
    store, now = portal.office.store, portal.office.clock.now()
    for _ in range(count):
        store.write(lambda unit: append(unit, now, Actor(7), action, subject))


def text_of(node: ast.expr) -> Iterator[str]:
    """Yield the patterns of what an action in the source can be."""
    if isinstance(node, ast.Constant):
        yield re.escape(str(node.value))
    elif isinstance(node, ast.JoinedStr):
        yield "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from text_of(node.body)
        yield from text_of(node.orelse)
    else:
        raise AssertionError(f"line {node.lineno}: write the action where the entry is appended")


def actions_in_source() -> list[str]:
    """Return the patterns of every action that the services append."""
    calls = [node for module in modules_of("services") for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    appended = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "append"]
    return [pattern for call in appended for pattern in text_of(call.args[3])]


def test_every_action_has_its_sentence_and_every_sentence_its_action() -> None:
    patterns = actions_in_source()
    assert len(patterns) > 30
    assert [pattern for pattern in patterns if not any(re.fullmatch(pattern, code) for code in SENTENCES)] == []
    assert [code for code in SENTENCES if not any(re.fullmatch(pattern, code) for pattern in patterns)] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("user:5", "User 5"),
        ("person:12", "Person 12"),
        ("user:none", "No user"),
        ("users", "Users"),
        ("command-line", "Nobody who is logged in, or the command line"),
        ("thing:1", "thing:1"),
    ],
)
def test_names_of_the_log_are_read_as_words(portal: Portal, name: str, words: str) -> None:
    with portal.app.test_request_context():
        assert name_in_words(name) == words


@pytest.mark.parametrize("typed", ["person:12", "Person 12", " PERSON: 12 ", "person   12"])
def test_a_subject_is_found_however_it_is_written(typed: str) -> None:
    assert subject_code(typed) == "person:12"


def test_the_log_says_in_words_who_did_what_to_whom(portal: Portal) -> None:
    user = accounts.invite(portal.office.ports, COMMAND_LINE, "new@company.example", frozenset({Role.HR}))
    page = said(portal.member("auditor").get("/audit-log"))
    assert f"A user was invited. User {user.key} roles: hr" in page
    assert "Somebody logged in. User 4" in page
    assert page.rindex("Somebody logged in.") < page.rindex("A user was invited.")  # the latest first
    assert "User 1 roles: none" in page


def test_an_action_without_a_sentence_is_shown_by_its_code(portal: Portal) -> None:
    note(portal, 1, "something-new")
    assert "something-new" in said(portal.member("auditor").get("/audit-log"))


def test_entries_are_found_by_action_and_by_subject(portal: Portal) -> None:
    note(portal, 1, "policy-saved", "programme:41")
    note(portal, 1, "policy-saved", "programme:42")
    auditor = portal.member("auditor")
    one = said(auditor.get("/audit-log?action=policy-saved&subject=Programme+41"))
    assert "Programme 41" in one
    assert "Programme 42" not in one
    assert "No entry is like that" in said(auditor.get("/audit-log?subject=programme:43"))


@pytest.mark.parametrize("before", ["0", "-1", "1e3", "x", "9" * 40, ""])
def test_an_odd_place_in_the_log_shows_the_latest_entries(portal: Portal, before: str) -> None:
    assert "Somebody logged in." in said(portal.member("auditor").get(f"/audit-log?before={before}"))


def test_older_entries_are_one_page_further(portal: Portal) -> None:
    note(portal, 110)
    auditor = portal.member("auditor")
    first = auditor.get("/audit-log?action=tested")
    older = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert older
    assert first.text.count("thing:1") == 100
    second = auditor.get(older[1].replace("&amp;", "&"))
    assert second.text.count(">thing:1</td>") == 10
    assert 'rel="next"' not in second.text


def test_hr_gets_from_an_entry_to_the_card_and_the_auditor_does_not(portal: Portal) -> None:
    note(portal, 1, "person-erased", "person:3")
    assert 'href="/people/3"' in portal.member("hr").get("/audit-log").text
    assert 'href="/people/3"' not in portal.member("auditor").get("/audit-log").text


@pytest.mark.parametrize("role", ["employee", "manager", "administrator"])
@pytest.mark.parametrize("path", ["/audit-log", "/audit-log/check"])
def test_for_others_there_is_no_log(portal: Portal, role: str, path: str) -> None:
    visitor = portal.member(role)
    assert visitor.get(path).status_code == 404
    assert visitor.post("/audit-log/export").status_code == 404


def test_a_sound_log_gives_an_anchor_to_keep(portal: Portal) -> None:
    auditor = portal.member("auditor")
    page = said(auditor.post("/audit-log/check", page="/audit-log/check"))
    anchor = audit_log.verify(portal.office.ports).anchor
    assert f"The log is sound: all {anchor.count} entries are unchanged." in page
    assert str(anchor) in page
    assert "The log is sound" in said(
        auditor.post("/audit-log/check", {"anchor": str(anchor)}, page="/audit-log/check")
    )


def test_a_log_that_is_not_what_it_was_is_told_apart_by_the_anchor_al_01(portal: Portal) -> None:
    auditor = portal.member("auditor")
    longer = {"anchor": f"900:{'a' * 64}"}
    page = said(auditor.post("/audit-log/check", longer, page="/audit-log/check"))
    assert "The log is not sound." in page
    assert "but it had 900 when the anchor was taken" in page


def test_what_is_no_anchor_is_said_beside_the_field_and_stays_there(portal: Portal) -> None:
    answer = portal.member("auditor").post("/audit-log/check", {"anchor": "17:abc"}, page="/audit-log/check")
    assert answer.status_code == 422
    assert "This is no anchor" in said(answer)
    assert 'value="17:abc"' in answer.text


def test_a_long_log_is_checked_step_by_step_with_a_button(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "STEP", 6)
    auditor = portal.member("auditor")
    answer = auditor.post("/audit-log/check", page="/audit-log/check")
    assert "6 of " in said(answer)
    while found := re.search(r'name="after"[^>]* value="([^"]+)"', answer.text):
        assert "Go on" in answer.text
        answer = auditor.post("/audit-log/check", {"after": found[1]}, page="/audit-log/check")
        if "data-go-on" not in answer.text:
            break
    assert "The log is sound" in said(answer)


def test_nobody_elses_page_can_say_how_far_a_check_has_come(portal: Portal) -> None:
    auditor = portal.member("auditor")
    forged = {"after": f"900:{'a' * 64}"}
    answer = auditor.client.post("/audit-log/check", data=forged, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code in (400, 403)
    assert "is sound" not in said(auditor.get(f"/audit-log/check?after=900:{'a' * 64}"))


def test_the_log_is_taken_along_as_a_file(portal: Portal) -> None:
    answer = portal.member("auditor").post("/audit-log/export", page="/audit-log")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit-log.csv"'
    assert answer.mimetype == "text/csv"
    lines = answer.text.splitlines()
    assert lines[0] == "sequence,at,actor,action,subject,data,previous_hash,hash"
    assert len(lines) == len(portal.office.actions()) + 1
    assert portal.office.actions()[-1] == "log-exported"


def fill_in(rule: Rule) -> Iterator[str]:
    """Yield addresses of a rule, its numbers filled in."""
    for number in FIRST_NUMBERS:
        yield re.sub(r"<[^>]+>", str(number), rule.rule)


def readable_pages(app: Flask) -> list[str]:
    """Return the addresses of all that can be read."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and "<path" not in rule.rule]
    return list(dict.fromkeys(address for rule in rules for address in fill_in(rule)))


def live(portal: Portal) -> Visitor:
    """Let things be done to and by the canary, and return the auditor."""
    office = portal.office
    portal.keys.update(office.employ(CANARY))
    office.user(email=CANARY.email)
    actor = sign_in.log_in(office.ports, CANARY.email, PASSWORD, ORIGIN).actor
    own_data.export_own_data(office.ports, actor)
    accounts.grant_role(office.ports, COMMAND_LINE, actor.user_key or 0, Role.HR)
    with pytest.raises(Exception, match="belong together"):
        sign_in.log_in(office.ports, CANARY.email, "wrong", ORIGIN)
    portal.member("hr").post("/programmes/new", {"name": "Summer"}, page="/programmes/new")
    return portal.member("auditor")


def test_the_auditor_reads_nobodys_name_address_or_id_az_08(portal: Portal) -> None:
    auditor = live(portal)
    others = [person for person in EMPLOYED if person.person_id != "p6"]
    secrets = [CANARY.person_id, "Kanarienvogel", "zora@", *(p.name for p in others), *(p.email for p in others)]
    answers = {path: auditor.get(path) for path in readable_pages(portal.app)}
    answers["export"] = auditor.post("/audit-log/export")
    answers["check"] = auditor.post("/audit-log/check")
    told = {path: [s for s in secrets if s.lower() in answer.text.lower()] for path, answer in answers.items()}
    assert {path: found for path, found in told.items() if found} == {}
    readable = [path for path, answer in answers.items() if answer.status_code == 200]
    assert {"/audit-log", "/programmes", "/programmes/1", "/my-data", "/"} <= set(readable)
