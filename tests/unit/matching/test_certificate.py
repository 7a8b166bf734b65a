"""The certificate as a file: the same bytes for the same proof, read back as it was, and nothing else accepted."""

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.errors import CertificateError
from mentormatch.matching.certificate import (
    FORMAT,
    Certificate,
    FloorsCertificate,
    NodeCertificate,
    PassCertificate,
    Split,
    StageCertificate,
    TriedRate,
    read_certificate,
    write_certificate,
)
from mentormatch.matching.engine import match
from tests.acceptance.small_rounds import small_round

WORDS = st.text(st.characters(codec="utf-8"), max_size=6)
ROWS = st.lists(WORDS, min_size=1, max_size=4).map(tuple)
WHOLE = st.integers(-(10**12), 10**12)
DUALS = st.dictionaries(
    st.sampled_from(["mentee", "mentor", "team"]), st.dictionaries(ROWS, WHOLE, min_size=1, max_size=3), max_size=3
)
STAGES = st.builds(StageCertificate, name=WORDS, bound=WHOLE, duals=DUALS, equations=st.integers(0, 99))
SHARES = st.lists(st.lists(st.tuples(WORDS, st.integers(0, 3)), max_size=2).map(tuple), max_size=2).map(tuple)
SPLITS = st.builds(Split, kind=WORDS, names=ROWS, shares=SHARES)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return up to three of something."""
    return st.lists(strategy, max_size=3).map(tuple)


LEAVES = st.builds(NodeCertificate, stages=some(STAGES))
NODES = st.recursive(
    LEAVES,
    lambda below: st.builds(NodeCertificate, stages=some(STAGES), split=SPLITS, branches=some(below)),
    max_leaves=6,
)
COUNTS = st.dictionaries(WORDS, WHOLE, max_size=3)
FLOORS = st.builds(
    FloorsCertificate,
    share=WHOLE,
    rate=st.fractions(),
    groups=COUNTS,
    too_small=COUNTS,
    tried=some(st.builds(TriedRate, st.fractions(), COUNTS, st.booleans())),
)
PASSES = st.builds(PassCertificate, st.integers(1, 9), COUNTS, NODES, st.none() | FLOORS)
CERTIFICATES = st.builds(
    Certificate,
    digests=st.dictionaries(WORDS, WORDS, max_size=3),
    round_name=WORDS,
    seed=WORDS,
    quarantined=some(WORDS),
    status=WORDS,
    candidates=WHOLE,
    passes=some(PASSES),
    versions=st.dictionaries(WORDS, WORDS, max_size=3),
)


def a_certificate() -> Certificate:
    """Return a small proof: one pass with a split, and an inherited stage below it."""
    coverage = StageCertificate(
        "coverage", 2, {"mentee": {("A",): 1}, "team": {("M", "upward", "x", "B"): -1}}, False, 2
    )
    points = StageCertificate("points", 900, {"mentor": {("M",): 900}}, equations=1)
    split = Split("split-team", ("M", "upward", "B"), ((("x", 1), ("y", 0)), (("x", 0), ("y", 1))))
    branch = NodeCertificate((StageCertificate("coverage", 0, {}, inherited=True), points))
    tree = NodeCertificate((coverage, points), split, (branch, NodeCertificate((coverage,))))
    found = PassCertificate(1, {"coverage": 2, "points": 900}, tree)
    digests = {"people.csv": "ab" * 32}
    return Certificate(digests, "Frühling", "seed", ("X",), "proven", 7, (found,), {"mentormatch": "1"})


def data_of(certificate: Certificate) -> dict[str, Any]:
    """Return a written certificate as plain data."""
    data: dict[str, Any] = json.loads(write_certificate(certificate))
    return data


def read_changed(change: Callable[[dict[str, Any]], object]) -> Certificate:
    """Read the small proof after a change of its plain data."""
    data = data_of(a_certificate())
    change(data)
    return read_certificate(json.dumps(data).encode())


class TestWriting:
    def test_a_certificate_says_who_it_is_for_before_what_it_proves(self) -> None:
        head = ["format", "status", "round", "seed", "versions", "inputs", "quarantined", "candidates", "passes"]
        assert list(data_of(a_certificate())) == head

    def test_it_is_readable_text(self) -> None:
        text = write_certificate(a_certificate()).decode()
        assert "Frühling" in text
        assert text.endswith("}\n")
        assert len(text.splitlines()) > 40

    def test_a_row_is_written_with_its_words_and_its_dual(self) -> None:
        (found,) = data_of(a_certificate())["passes"]
        first = found["tree"]["stages"][0]
        assert first == {
            "name": "coverage",
            "bound": 2,
            "equations": 2,
            "duals": {"mentee": [["A", 1]], "team": [["M", "upward", "x", "B", -1]]},
        }
        assert found["values"] == {"coverage": 2, "points": 900}

    def test_an_inherited_stage_is_written_by_its_name_alone(self) -> None:
        (found,) = data_of(a_certificate())["passes"]
        assert found["tree"]["branches"][0]["stages"][0] == {"name": "coverage", "inherited": True}

    def test_a_split_is_written_with_its_shares_and_the_case_of_each_way(self) -> None:
        (found,) = data_of(a_certificate())["passes"]
        assert found["tree"]["split"] == {
            "kind": "split-team",
            "names": ["M", "upward", "B"],
            "shares": [[["x", 1], ["y", 0]], [["x", 0], ["y", 1]]],
        }
        assert len(found["tree"]["branches"]) == 2
        assert "split" not in found["tree"]["branches"][1]

    def test_families_without_a_dual_are_left_out(self) -> None:
        stage = StageCertificate("load", 0, {"mentor": {}, "mentee": {("A",): 1}})
        found = PassCertificate(1, {}, NodeCertificate((stage,)))
        written = data_of(replace(a_certificate(), passes=(found,)))
        assert written["passes"][0]["tree"]["stages"][0]["duals"] == {"mentee": [["A", 1]]}


class TestFloors:
    """Access floors, which most passes have not."""

    def with_floors(self, change: Callable[[dict[str, Any]], object] = lambda _: None) -> Certificate:
        """Return the small proof with floors, read back after a change of what is written of them."""
        tried = (TriedRate(Fraction(1, 2), {"points": 900}), TriedRate(Fraction(3, 4), {}, is_lawful=False))
        floors = FloorsCertificate(80, Fraction(1, 2), {"a": 20}, {"b": 3}, tried)
        (found,) = a_certificate().passes
        data = data_of(replace(a_certificate(), passes=(replace(found, floors=floors),)))
        change(data["passes"][0]["floors"])
        return read_certificate(json.dumps(data).encode())

    def test_a_pass_without_floors_says_nothing_of_them(self) -> None:
        assert list(data_of(a_certificate())["passes"][0]) == ["pass", "values", "tree"]

    def test_a_rate_is_written_as_the_fraction_that_it_is(self) -> None:
        floors = data_of(self.with_floors())["passes"][0]["floors"]
        assert floors["rate"] == [1, 2]
        assert floors["tried"][1] == {"rate": [3, 4], "values": {}, "lawful": False}

    @pytest.mark.parametrize("rate", [[1, 0], [1, -2], [1], [1, 2, 3], [0.5, 1], 0.5, "1/2", None])
    def test_a_rate_that_is_no_fraction_is_refused(self, rate: object) -> None:
        with pytest.raises(CertificateError, match="cannot be read as a certificate"):
            self.with_floors(lambda floors: floors.update(rate=rate))

    @pytest.mark.parametrize("key", ["share", "rate", "groups", "too_small", "tried"])
    def test_no_part_may_be_missing(self, key: str) -> None:
        with pytest.raises(CertificateError, match="cannot be read as a certificate"):
            self.with_floors(lambda floors: floors.pop(key))

    @pytest.mark.parametrize("value", [1, "yes", None])
    def test_only_a_plain_yes_makes_a_rate_lawful(self, value: object) -> None:
        read = self.with_floors(lambda floors: floors["tried"][0].update(lawful=value)).passes[0].floors
        assert read is not None
        assert not read.tried[0].is_lawful


class TestRoundTrip:
    def test_a_certificate_is_read_as_it_was_written(self) -> None:
        assert read_certificate(write_certificate(a_certificate())) == a_certificate()

    @given(CERTIFICATES)
    def test_any_certificate_is_read_as_it_was_written(self, certificate: Certificate) -> None:
        assert read_certificate(write_certificate(certificate)) == certificate

    @pytest.mark.parametrize("seed", [1, 3, 8, 24, 56])
    def test_the_certificate_of_a_match_is_written_the_same_after_reading(self, seed: int) -> None:
        written = write_certificate(match(small_round(seed), digests={"people.csv": "00"}).certificate)
        assert write_certificate(read_certificate(written)) == written

    def test_very_large_numbers_stay_exact(self) -> None:
        large = replace(a_certificate(), candidates=2**80 + 1)
        assert read_certificate(write_certificate(large)).candidates == 2**80 + 1


class TestWhatIsNoCertificate:
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"not json",
            b"[]",
            b"null",
            b'"text"',
            b"{}",
            b'{"format": 1}',
            b"\xff\xfe\x00",
            b"[" * 100_000,
            b"{" + b'"a":{' * 50_000,
        ],
        ids=[
            "empty",
            "text",
            "list",
            "null",
            "word",
            "nothing in it",
            "only a format",
            "bytes",
            "deep",
            "deep objects",
        ],
    )
    def test_a_file_that_is_none_is_refused_in_one_sentence(self, data: bytes) -> None:
        with pytest.raises(CertificateError) as caught:
            read_certificate(data)
        assert caught.value.sentence.startswith("certificate.json cannot be read as a certificate (")
        assert caught.value.sentence.endswith(").")
        assert "\n" not in caught.value.sentence

    @pytest.mark.parametrize("other", [0, 2, "1", None])
    def test_another_format_is_named(self, other: object) -> None:
        with pytest.raises(CertificateError) as caught:
            read_changed(lambda data: data.update(format=other))
        expected = f"certificate.json has format {other}; this version reads format {FORMAT}."
        assert caught.value.sentence == expected

    @pytest.mark.parametrize(
        "key", ["status", "round", "seed", "versions", "inputs", "quarantined", "candidates", "passes"]
    )
    @pytest.mark.parametrize("value", [None, 1.5, ["x", 1]])
    def test_each_part_must_be_what_it_should_be(self, key: str, value: object) -> None:
        for change in (lambda data: data.pop(key), lambda data: data.update({key: value})):
            with pytest.raises(CertificateError, match="cannot be read as a certificate"):
                read_changed(change)

    @pytest.mark.parametrize(
        "value", [1.0, "1", True, None, [1]], ids=["a fraction", "a text", "a truth value", "nothing", "a list"]
    )
    @pytest.mark.parametrize(
        "place",
        [
            lambda tree, value: tree["stages"][0].update(bound=value),
            lambda tree, value: tree["stages"][0].update(equations=value),
            lambda tree, value: tree["stages"][0]["duals"]["mentee"].append(["B", value]),
            lambda tree, value: tree["split"]["shares"][0].append(["z", value]),
        ],
        ids=["bound", "equations", "dual", "share"],
    )
    def test_numbers_are_whole(self, place: Callable[[dict[str, Any], object], object], value: object) -> None:
        with pytest.raises(CertificateError, match="is not a whole number"):
            read_changed(lambda data: place(data["passes"][0]["tree"], value))

    @pytest.mark.parametrize("value", [1, None, ["M"], True])
    @pytest.mark.parametrize(
        "place",
        [
            lambda tree, value: tree["stages"][0].update(name=value),
            lambda tree, value: tree["stages"][0]["duals"]["mentee"].append([value, 1]),
            lambda tree, value: tree["split"].update(kind=value),
            lambda tree, value: tree["split"]["names"].append(value),
            lambda tree, value: tree["branches"][0]["stages"][0].update(name=value),
        ],
        ids=["stage", "row", "kind", "name", "inherited stage"],
    )
    def test_names_are_texts(self, place: Callable[[dict[str, Any], object], object], value: object) -> None:
        with pytest.raises(CertificateError, match="is not a text"):
            read_changed(lambda data: place(data["passes"][0]["tree"], value))

    @pytest.mark.parametrize(
        "change",
        [
            lambda tree: tree.pop("stages"),
            lambda tree: tree.pop("branches"),
            lambda tree: tree["split"].pop("shares"),
            lambda tree: tree.update(stages=[1]),
            lambda tree: tree["stages"][0].pop("duals"),
            lambda tree: tree["stages"][0].update(duals=[["A", 1]]),
            lambda tree: tree["stages"][0]["duals"]["mentee"].append([]),
            lambda tree: tree["stages"][0]["duals"].update(mentee="AB"),
            lambda tree: tree["split"]["shares"][0].append(["x"]),
            lambda tree: tree["branches"].append(None),
        ],
    )
    def test_a_tree_with_a_part_missing_or_wrong_is_refused(self, change: Callable[[dict[str, Any]], object]) -> None:
        with pytest.raises(CertificateError, match="cannot be read as a certificate"):
            read_changed(lambda data: change(data["passes"][0]["tree"]))

    def test_a_row_has_one_dual(self) -> None:
        def repeat(data: dict[str, Any]) -> None:
            data["passes"][0]["tree"]["stages"][0]["duals"]["mentee"].append(["A", 5])

        with pytest.raises(CertificateError, match="a row has two duals"):
            read_changed(repeat)

    @pytest.mark.parametrize("inherited", [False, 1, "yes", None])
    def test_only_a_plain_yes_makes_a_stage_inherited(self, inherited: object) -> None:
        def change(data: dict[str, Any]) -> None:
            data["passes"][0]["tree"]["stages"][1] = {"name": "points", "inherited": inherited}

        with pytest.raises(CertificateError):
            read_changed(change)
