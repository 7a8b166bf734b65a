"""The form of a policy and its versions: explained, checked at each field, never lost, compared, and as a file."""

import re
from html import unescape
from io import BytesIO

import pytest

from mentormatch.domain.policy import Policy
from mentormatch.files.policy_text import show_policy
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.policy_catalogue import CATALOGUE
from mentormatch.services.policy_typing import Kind, kind_of, type_policy
from mentormatch.services.programmes import add_programme, list_versions, policy_of, save_policy
from tests.pages import Portal, Visitor, said

FORM = "/programmes/1/policy"
FILE = "/programmes/1/policy/file"


@pytest.fixture
def scheme(portal: Portal) -> Portal:
    """A portal with one programme."""
    add_programme(portal.office.ports, COMMAND_LINE, "Mentoring")
    return portal


@pytest.fixture
def hr(scheme: Portal) -> Visitor:
    """Somebody of HR."""
    return scheme.member("hr")


def typed(**changes: str) -> dict[str, str]:
    """Return the form as a browser sends it, no switch that is off; fields, ``__`` for a dot, typed differently."""
    form = type_policy(Policy()) | {name.replace("__", "."): text for name, text in changes.items()}
    sent = {
        name: text for name, text in form.items() if text or name not in CATALOGUE or kind_of(name) is not Kind.SWITCH
    }
    return {"based_on": "1", "note": "", **sent}


def policies(scheme: Portal) -> list[Policy]:
    """Return the policies of all versions, the latest first."""
    return [policy_of(version) for version in list_versions(scheme.office.ports, COMMAND_LINE, 1)]


def values_of(html: str) -> dict[str, str]:
    """Return what the text fields of a page hold."""
    found = re.findall(r'<input class="form-control[^"]*" id="([^"]+)" name="[^"]+" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in found}


def test_the_form_explains_every_setting_beside_its_field(hr: Visitor) -> None:
    answer = hr.get(FORM)
    page = said(answer)
    for name, entry in CATALOGUE.items():
        assert entry.label in page
        assert entry.why in page
        assert f'id="{name}"' in answer.text
        assert f'id="{name}-help"' in answer.text
    assert "Forbids a pairing when this is so: One evaluates the other, now or within twelve months." in page


def test_the_form_sent_back_as_it_is_makes_no_version(scheme: Portal, hr: Visitor) -> None:
    answer = hr.post(FORM, typed(programme="Mentoring"), page=FORM)
    assert answer.location == "/programmes/1"
    assert "Nothing was changed, so there is no new version." in said(hr.get("/programmes/1"))
    assert len(policies(scheme)) == 1


def test_the_form_holds_exactly_what_it_needs_to_be_sent_back(hr: Visitor) -> None:
    page = hr.get(FORM).text
    names = set(re.findall(r'<(?:input|select)[^>]* name="([^"]+)"', page))
    assert names == {*type_policy(Policy()), "csrf_token", "based_on", "note"}
    shown = {name: text for name, text in type_policy(Policy(programme="Mentoring")).items() if name in values_of(page)}
    assert values_of(page) | shown == values_of(page)


def test_a_change_is_a_new_version_with_its_note_and_what_changed(scheme: Portal, hr: Visitor) -> None:
    changed = typed(capacity__mentor_limit="5", rules__repeat="", note=" As agreed  in May. ")
    answer = hr.post(FORM, changed, page=FORM)
    assert answer.location == "/programmes/1/policy/compare?old=1&new=2"
    page = said(hr.get(answer.location))
    assert "The policy is saved as a new version." in page
    assert "Most mentees of one mentor Limits 3 5" in page
    assert "Not the same two again Rules for a pairing that can work on off" in page
    assert "As agreed in May." in said(hr.get("/programmes/1"))
    assert "hr@company.example" in said(hr.get("/programmes/1/policy/2"))
    assert policies(scheme)[0].capacity.mentor_limit == 5
    assert "As agreed" not in str(scheme.office.store.read(lambda unit: unit.audit_log.after(0, 1000)))


def test_what_is_wrong_stands_at_its_field_and_in_a_summary_and_nothing_is_lost(scheme: Portal, hr: Visitor) -> None:
    sent = typed(
        capacity__mentor_limit=" 1,5 ",
        measures__wish_later="NaN",
        weights__needs="9999",
        directions__peer__level_gap__0="<b>",
        stages__points="1",
        rules__avoid="",
        note="Why not",
    )
    answer = hr.post(FORM, sent, page=FORM)
    assert answer.status_code == 422
    page = said(answer)
    assert "Nothing was saved yet. Your answers are all still here." in page
    assert 'Most mentees of one mentor "1,5": not a whole number from 0 to 20; leave out the decimals.' in page
    for name in ("capacity.mentor_limit", "measures.wish_later", "weights", "directions.peer.level_gap.0", "stages"):
        assert f'href="#{name}"' in answer.text
        assert f'id="{name}"' in answer.text
        assert f'id="{name}-error"' in answer.text
    assert answer.text.count('aria-invalid="true"') >= 4
    held = values_of(answer.text)
    assert {name: held[name] for name in held} == {name: sent[name] for name in held}
    assert re.search(r'id="rules.avoid"[^>]*checked', answer.text) is None
    assert "<b>" not in answer.text.replace("&lt;b&gt;", "")
    assert 'value="Why not"' in answer.text
    assert "data-unsaved" in answer.text
    assert len(policies(scheme)) == 1


def test_the_sum_of_the_weights_is_on_the_page_without_a_script(hr: Visitor) -> None:
    assert "Together 1000 points, of at most 4095" in said(hr.get(FORM))
    answer = hr.post(FORM, typed(weights__needs="4000"), page=FORM)
    assert "Together 4700 points" in said(answer)
    assert "the weights make more than 4095 together" in said(answer)


def test_a_note_that_is_too_long_is_told_and_kept(scheme: Portal, hr: Visitor) -> None:
    answer = hr.post(FORM, typed(bands="500", note="x" * 501), page=FORM)
    assert answer.status_code == 422
    assert "Write at most 500 characters." in said(answer)
    assert f'value="{"x" * 501}"' in answer.text
    assert len(policies(scheme)) == 1


def test_whoever_edits_at_the_same_time_sees_both_and_loses_nothing_rc_07(scheme: Portal, hr: Visitor) -> None:
    theirs = Policy(programme="Mentoring", bands=(400,))
    save_policy(scheme.office.ports, COMMAND_LINE, 1, theirs, 1, "By the other")
    mine = typed(programme="Mentoring", capacity__mentor_limit="7", note="By me")
    answer = hr.post(FORM, mine, page=FORM)
    assert answer.status_code == 422
    page = said(answer)
    assert "Version 2 was saved while you were editing By the other" in page
    assert "Bounds of the quality bands What counts first 350; 450; 550; 650; 750 points 400 points" in page
    assert "Bounds of the quality bands What counts first 400 points 350; 450; 550; 650; 750 points" in page
    assert "Most mentees of one mentor Limits 3 7" in page
    assert values_of(answer.text)["capacity.mentor_limit"] == "7"
    assert 'name="based_on" type="hidden" value="2"' in answer.text
    assert len(policies(scheme)) == 2
    again = hr.post(FORM, {**mine, "based_on": "2", "bands": "400"}, page=FORM)
    assert again.location == "/programmes/1/policy/compare?old=2&new=3"
    assert policies(scheme)[0].bands == (400,)


@pytest.mark.parametrize("based_on", ["", "0", "-1", "x", "9" * 30, "١"])
def test_a_form_that_says_nothing_of_its_version_saves_nothing(scheme: Portal, hr: Visitor, based_on: str) -> None:
    answer = hr.post(FORM, {**typed(bands="500"), "based_on": based_on}, page=FORM)
    assert answer.status_code == 422
    assert len(policies(scheme)) == 1


def test_an_empty_form_is_told_field_by_field_and_saves_nothing(scheme: Portal, hr: Visitor) -> None:
    answer = hr.post(FORM, {"based_on": "1"}, page=FORM)
    assert answer.status_code == 422
    assert said(answer).count("the field is missing in what was sent") >= 30
    assert len(policies(scheme)) == 1


def test_a_form_under_an_ended_log_in_is_carried_through(scheme: Portal, hr: Visitor) -> None:
    token = hr.token(FORM)
    hr.post("/log-out")
    answer = hr.client.post(FORM, data={**typed(bands="512"), "csrf_token": token}, headers=hr.headers)
    assert answer.status_code in (400, 401)
    assert len(policies(scheme)) == 1


def test_an_archived_programme_keeps_its_policy(scheme: Portal, hr: Visitor) -> None:
    token = hr.token(FORM)
    hr.post("/programmes/1/archive")
    answer = hr.client.post(FORM, data={**typed(bands="512"), "csrf_token": token}, headers=hr.headers)
    assert "This programme is archived; bring it back before you change it." in said(answer)
    assert len(policies(scheme)) == 1


def test_a_version_is_read_with_every_explanation_and_without_a_field(scheme: Portal) -> None:
    answer = scheme.member("auditor").get("/programmes/1/policy/1")
    page = said(answer)
    assert "Reverse: worth of each level gap" in page
    assert "6 levels below 0.6; 5 levels below 0.8" in page
    assert "<form" not in answer.text.split("<main")[1]


def test_the_file_of_a_version_is_the_one_that_the_command_line_reads(hr: Visitor) -> None:
    answer = hr.get("/programmes/1/policy/1/file")
    assert answer.text == show_policy(Policy(programme="Mentoring"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="policy-1-1.toml"'


def test_a_pasted_file_becomes_a_version(scheme: Portal, hr: Visitor) -> None:
    text = 'programme = "Mentoring"\r\nbands = [500]\r\n'
    answer = hr.post(FILE, {"based_on": "1", "note": "", "text": text}, page=FILE)
    assert answer.location == "/programmes/1/policy/compare?old=1&new=2"
    assert policies(scheme)[0] == Policy(programme="Mentoring", bands=(500,))


def test_a_chosen_file_goes_before_the_text(scheme: Portal, hr: Visitor) -> None:
    data = {"based_on": "1", "text": "bands = [1]", "file": (BytesIO("\ufeffbands = [600]".encode()), "policy.toml")}
    assert hr.post(FILE, data, page=FILE).status_code == 302
    assert policies(scheme)[0].bands == (600,)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"bands = [", "policy.toml, row 1: not TOML"),
        (b"a = 1\nb = 'Zo\xeb'\n", "policy.toml, row 2: not UTF-8; save the file as UTF-8."),
        (
            b"[weights]\nneds = 3\n",
            'policy.toml, row 2, weights.neds "3": there is no such setting; did you mean weights.needs?',
        ),
        (b"x" * 50_001, "The file is far longer than a policy"),
    ],
)
def test_a_file_with_something_wrong_is_told_by_row_and_setting_and_shown_again(
    scheme: Portal, hr: Visitor, content: bytes, sentence: str
) -> None:
    data = {"based_on": "1", "text": "", "file": (BytesIO(content), "policy.toml")}
    answer = hr.post(FILE, data, page=FILE)
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert len(policies(scheme)) == 1


def test_a_file_that_was_made_for_an_older_version_is_told_so_and_can_be_sent_again(
    scheme: Portal, hr: Visitor
) -> None:
    save_policy(scheme.office.ports, COMMAND_LINE, 1, Policy(programme="Mentoring", bands=(400,)), 1)
    data = {"based_on": "1", "text": "bands = [600]", "note": ""}
    answer = hr.post(FILE, data, page=FILE)
    assert answer.status_code == 422
    assert "Version 2 was saved meanwhile." in said(answer)
    assert "bands = [600]" in answer.text
    assert hr.post(FILE, {**data, "based_on": "2"}, page=FILE).status_code == 302
    assert policies(scheme)[0].bands == (600,)


def test_two_versions_that_say_the_same_are_said_to(hr: Visitor) -> None:
    assert "The two versions say the same." in said(hr.get("/programmes/1/policy/compare"))


def test_of_very_many_problems_the_first_hundred_are_told(scheme: Portal, hr: Visitor) -> None:
    text = "\n".join(f"unknown{number} = 1" for number in range(150))
    answer = hr.post(FILE, {"based_on": "1", "text": text}, page=FILE)
    assert "row 100, unknown99" in said(answer)
    assert "row 101" not in said(answer)
    assert "And 50 more." in said(answer)
    assert len(policies(scheme)) == 1
