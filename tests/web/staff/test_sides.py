"""Applicant, NPPES, CAQH and source side by side, and what differs marked to the character."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import Role, Status, VerificationKind
from onboarding.web.staff.sides import cell
from tests.services.test_corrections import record
from tests.support.cases import make_case, verify
from tests.web.staff.conftest import Desk

_ONE_LINE = st.characters(codec="utf-8", exclude_characters="\n")


def test_one_character_is_marked_and_the_rest_is_not() -> None:
    pieces = cell("L-204417", "L-204471").pieces
    assert [(piece.how, piece.text) for piece in pieces if piece.how != "same"] == [
        ("added", "7"), ("missing", "7"),
    ]  # fmt: skip
    assert cell("Thornquist", "THORNQUIST").pieces == ()
    assert cell("", "L-204471").pieces == ()
    for ours, theirs in (("C-012345", "C012345"), ("O'Neil", "ONeil"), ("José", "Jose")):
        assert any(piece.how != "same" for piece in cell(ours, theirs).pieces), (ours, theirs)


def test_of_several_lines_each_is_held_against_the_one_it_is_most_like() -> None:
    ours = "Ozark State University\nGraduated: May 2010\n\nDelta College\nGraduated: June 2006"
    assert cell(ours, "Delta College\nGraduated: June 2006").pieces == ()
    pieces = cell(ours, "ozark state university\nGraduated: May 2011\nHarding Institute of Nursing").pieces
    assert [(piece.how, piece.text) for piece in pieces if piece.how != "same"] == [
        ("missing", "0"), ("added", "1"), ("added", "Harding Institute of Nursing"),
    ]  # fmt: skip


def test_a_date_is_marked_as_a_whole() -> None:
    pieces = cell("April 4, 2028", "November 18, 2029").pieces
    assert [piece.text for piece in pieces] == ["April 4, 2028", " ", "November 18, 2029"]
    assert [piece.how for piece in pieces] == ["missing", "same", "added"]


@settings(deadline=None, max_examples=100)
@given(st.text(_ONE_LINE, max_size=30), st.text(_ONE_LINE, max_size=30))
def test_what_is_marked_leaves_both_texts_whole(ours: str, theirs: str) -> None:
    pieces = cell(ours, theirs).pieces
    if not pieces:
        return
    assert "".join(piece.text for piece in pieces if piece.how != "missing") == theirs
    mine = "".join(piece.text for piece in pieces if piece.how != "added")
    assert [c.casefold() for c in mine] == [c.casefold() for c in ours]


def test_what_a_source_shows_stands_beside_the_form(desk: Desk) -> None:
    application = make_case(Status.VERIFYING, licence_number="L-204417")
    record(application, found="L-204471", good_until=date(2027, 1, 31))
    verify(application, verification_row(VerificationKind.MEDICAID_ENROLMENT))
    page = desk(Role.SPECIALIST).get(f"/staff/applications/{application.id}").text
    panel = page[page.index('id="sides"') : page.index('id="screening"')]
    assert "The source says L-204471" in panel
    assert "<ins>7</ins>1<del>7</del>" in panel
    assert "January 31, 2027" in panel
