"""The audit sample: how many of each kind, drawn again by its seed; and each element of a file at its limit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from onboarding.policy.documents import Requirement, document_row
from onboarding.policy.file_audit import (
    AGAIN,
    INITIAL,
    AuditedFile,
    Checked,
    Outcome,
    checklist,
    draw,
    sample_sizes,
)
from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import (
    ApplicationKind,
    AuthorizationKind,
    DocumentKind,
    MatchResolution,
    RequirementState,
    VerificationKind,
    VerificationResult,
)

DECIDED = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("initial", "again", "sizes"),
    [
        (0, 0, (0, 0)), (3, 0, (3, 0)), (7, 200, (7, 10)), (60, 40, (10, 10)), (300, 300, (15, 15)), (500, 500, (25, 25)),
        (5000, 5000, (25, 25)), (100_000, 12, (40, 10)), (900, 101, (40, 10)), (30, 1970, (10, 40)), (400, 100, (15, 10)),
    ],
)  # fmt: skip
def test_the_sample_is_five_per_cent_or_fifty_with_ten_of_each_kind(
    initial: int, again: int, sizes: tuple[int, int]
) -> None:
    drawn = sample_sizes({INITIAL: initial, AGAIN: again})
    assert (drawn[INITIAL], drawn[AGAIN]) == sizes


def test_the_same_seed_draws_the_same_files_whatever_their_order_and_another_seed_others() -> None:
    files: dict[ApplicationKind, list[str]] = {
        INITIAL: [f"I{number}" for number in range(300)], AGAIN: [f"R{number}" for number in range(300)],
    }  # fmt: skip
    first = draw("spring", files)
    assert draw("spring", {kind: ids[::-1] for kind, ids in files.items()}) == first
    assert draw("autumn", files) != first
    assert len(set(first)) == 30 and sum(drawn.startswith("R") for drawn in first) == 15
    assert first[:2] == ["I56", "I290"]  # what this seed has drawn on every day since


def _file(**changes: object) -> AuditedFile:
    row = verification_row(VerificationKind.LICENCE)
    on = DECIDED - timedelta(days=120)
    whole = AuditedFile(
        kind=AGAIN, decided_on=DECIDED, required=(row,), signed_on=on, screened_on=on, screening_says="clear",
        checked={row.element: Checked(row.sources[0], "website", VerificationResult.VERIFIED, on, "Rosa Delgado")},
        matches=(), decided_by=5, decided_how="Committee", hands=frozenset({4}), asked_on=date(2026, 6, 1),
        noticed_on=DECIDED + timedelta(days=30), credentialed_before_on=date(2023, 3, 2),
    )  # fmt: skip
    return replace(whole, **changes)  # type: ignore[arg-type]


def _failed(file: AuditedFile) -> list[str]:
    return [line.element for line in checklist(file) if line.outcome is Outcome.FAILED]


def test_a_file_at_its_limits_passes_in_every_element() -> None:
    lines = checklist(_file())
    assert [line.outcome for line in lines] == [Outcome.PASSED] * 6
    assert lines[1].limit == "at most 120 days before the decision" and "Rosa Delgado" in lines[1].evidence


def test_each_license_is_audited_on_its_own() -> None:
    texas = replace(_ROW, label="License to practice (TX T-5512)", about="TX T-5512")
    assert _failed(_file(required=(_ROW, texas))) == [texas.label]
    for days, failed in ((119, []), (120, []), (121, [texas.label])):
        late = replace(_GOOD, on=DECIDED - timedelta(days=days))
        both = {_ROW.element: _GOOD, texas.element: late}
        assert _failed(_file(required=(_ROW, texas), checked=both)) == failed


_LATE = DECIDED - timedelta(days=121)
_ROW = verification_row(VerificationKind.LICENCE)
_COVER = Requirement(document_row(DocumentKind.MALPRACTICE_FACE_SHEET), RequirementState.EXPIRED, "")
_GOOD = Checked(_ROW.sources[0], "website", VerificationResult.VERIFIED, DECIDED, "Rosa Delgado")


@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"signed_on": _LATE}, "Application and attestation signed"),
        ({"signed_on": None}, "Application and attestation signed"),
        ({"checked": {}}, "License to practice"),
        ({"checked": {_ROW.element: replace(_GOOD, on=_LATE)}}, "License to practice"),
        ({"checked": {_ROW.element: replace(_GOOD, on=DECIDED + timedelta(days=1))}}, "License to practice"),
        ({"checked": {_ROW.element: replace(_GOOD, source="A neighbor")}}, "License to practice"),
        ({"checked": {_ROW.element: replace(_GOOD, result=VerificationResult.NOT_CHECKED)}}, "License to practice"),
        ({"checked": {_ROW.element: replace(_GOOD, good_until=DECIDED - timedelta(days=1))}}, "License to practice"),
        ({"table": frozenset({4, 6})}, "Decided by someone who verified nothing in this file"),
        ({"authorization": AuthorizationKind.CAQH, "authorized_on": _LATE}, "CAQH attestation, the plan listed"),
        ({"authorization": AuthorizationKind.CCVS}, "CCVS profile received"),
        ({"documents": (_COVER,)}, "Malpractice insurance face sheet"),
        ({"screened_on": _LATE}, "Exclusion screening (OIG LEIE)"),
        ({"matches": (MatchResolution.DIFFERENT, None)}, "Exclusion screening (OIG LEIE)"),
        ({"hands": frozenset({4, 5})}, "Decided by someone who verified nothing in this file"),
        ({"noticed_on": DECIDED + timedelta(days=31)}, "Notice of the decision"),
        ({"noticed_on": None}, "Notice of the decision"),
        ({"credentialed_before_on": date(2023, 3, 1)}, "Recredentialing cycle"),
        ({"credentialed_before_on": None}, "Recredentialing cycle"),
    ],
)  # fmt: skip
def test_one_day_or_one_thing_beyond_fails_that_element_alone(
    changes: dict[str, object], element: str
) -> None:
    assert _failed(_file(**changes)) == [element]


def test_a_decision_is_audited_by_the_limits_of_its_day() -> None:
    on = date(2025, 6, 30)
    signed = _file(decided_on=on, signed_on=on - timedelta(days=150), asked_on=on, checked={}, required=())
    assert checklist(signed)[0].limit == "at most 180 days before the decision"
    assert checklist(signed)[0].outcome is Outcome.PASSED


def test_the_evidence_is_named_by_reference_file_and_day_until_which_it_is_good() -> None:
    found = replace(_GOOD, reference="L-9", file="board page.pdf", good_until=DECIDED)
    line = checklist(_file(checked={_ROW.element: found}))[1]
    assert line.outcome is Outcome.PASSED
    assert line.evidence.endswith("reference L-9, file “board page.pdf”, good until March 2, 2026")


def test_a_notice_that_may_still_leave_in_time_is_not_due_yet() -> None:
    last = DECIDED + timedelta(days=30)
    outcomes = [
        checklist(_file(noticed_on=None, asked_on=day))[-2].outcome
        for day in (last, last + timedelta(days=1))
    ]
    assert outcomes == [Outcome.NOT_DUE, Outcome.FAILED]


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (0, None),
        (1, "1 day late, finished as recredentialing"),
        (30, "30 days late, finished as recredentialing"),
        (31, "31 days late, counts as initial credentialing"),
    ],
)
def test_a_renewal_decided_late_is_marked(days: int, says: str | None) -> None:
    due_on = DECIDED - timedelta(days=days)
    line = checklist(_file(renewal_due_on=due_on, extended="sabbatical, letter.pdf"))[-1]
    assert line.outcome is (Outcome.FAILED if says else Outcome.PASSED)
    assert "extended: sabbatical, letter.pdf" in line.evidence
    assert says in line.evidence if says else "late" not in line.evidence
