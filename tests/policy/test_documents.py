"""Which papers are asked of whom, and where each one stands."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from onboarding.policy.documents import TABLE, document_row, is_expired, outstanding, requirements
from onboarding.policy.provider_types import TABLE as TYPES
from onboarding.policy.provider_types import provider_type, types_for
from onboarding.policy.vocabulary import (
    AuthorizationKind,
    DocumentKind,
    DocumentState,
    ProviderKind,
    ProviderType,
    RequirementState,
    Subject,
)
from tests.policy.casefile import BODIES, PHYSICIANS, TODAY, complete_file, document

# The manual (Arkansas): who writes prescriptions for controlled substances, and who works under which agreement.
PRESCRIBERS = {"md", "do", "cnp", "cns", "cnm", "crna", "pa"}
COLLABORATIVE_OR_CERTIFICATE = {"cnp", "cns"}
DELEGATION = {"pa"}
# What a provider of this type is certified, licensed or surveyed by.
_FACILITY = ("facility_license", "cms_certification")
OWN_PAPERS = {
    "bcba": ("bcba_certificate",), "hcbs_provider": ("dds_certificate",),
    "behavioral_health_agency": ("dpsqa_certificate",), "icf": ("dpsqa_certificate",),
    **dict.fromkeys(("hospital", "asc", "home_health", "fqhc", "rhc"), _FACILITY),
}  # fmt: skip


def asked(code: str, prescribes: bool, tests: bool, independent: bool) -> set[str]:
    """The papers, written out apart from the table."""
    papers = {
        "liability_insurance" if code in BODIES else "malpractice_face_sheet",
        "w9",
        *OWN_PAPERS.get(code, ()),
    }
    if prescribes and code in PRESCRIBERS:
        papers.add("dea_certificate")
    if tests:
        papers.add("clia_certificate")
    if code in COLLABORATIVE_OR_CERTIFICATE:
        papers.add("independent_practice_certificate" if independent else "collaborative_agreement")
    if code in DELEGATION:
        papers.add("delegation_agreement")
    return papers


@pytest.mark.parametrize("code", ProviderType)
def test_each_provider_is_asked_for_the_papers_of_the_manual_and_no_other(code: ProviderType) -> None:
    for answers in product((False, True), repeat=3):
        prescribes, tests, independent = answers
        file = complete_file(
            code, documents=(), prescribes=prescribes, tests_on_site=tests, independent=independent
        )
        found = {
            item.row.kind for item in requirements(file) if item.state is not RequirementState.NOT_APPLICABLE
        }
        assert found == asked(code, *answers), answers
        assert {item.row.kind for item in outstanding(file)} == found


@pytest.mark.parametrize(
    ("code", "answers", "papers"),
    [
        (ProviderType.MD, {}, "malpractice_face_sheet w9"),
        (ProviderType.MD, {"prescribes": True}, "dea_certificate malpractice_face_sheet w9"),
        (ProviderType.LPC, {"prescribes": True, "independent": True}, "malpractice_face_sheet w9"),
        (
            ProviderType.CNP,
            {"prescribes": True},
            "dea_certificate malpractice_face_sheet collaborative_agreement w9",
        ),
        (
            ProviderType.CNS,
            {"independent": True},
            "malpractice_face_sheet independent_practice_certificate w9",
        ),
        (ProviderType.CNM, {"prescribes": True}, "dea_certificate malpractice_face_sheet w9"),
        (ProviderType.CRNA, {}, "malpractice_face_sheet w9"),
        (ProviderType.PA, {"independent": True}, "malpractice_face_sheet delegation_agreement w9"),
        (
            ProviderType.FQHC,
            {"tests_on_site": True},
            "facility_license cms_certification liability_insurance clia_certificate w9",
        ),
        (ProviderType.HCBS_PROVIDER, {}, "dds_certificate liability_insurance w9"),
        (ProviderType.GROUP_PRACTICE, {}, "liability_insurance w9"),
    ],
)
def test_these_are_asked_in_this_order(code: ProviderType, answers: dict, papers: str) -> None:
    file = complete_file(code, documents=(), **answers)
    assert [str(item.row.kind) for item in outstanding(file)] == papers.split()


def test_what_is_asked_says_why_and_what_is_not_asked_says_why_not() -> None:
    for code in ProviderType:
        for item in requirements(complete_file(code, documents=())):
            assert item.why, (code, item.row.kind)


def test_nobody_hears_of_a_paper_of_another_profession_but_what_was_sent_stays_in_sight() -> None:
    heard = {str(item.row.kind) for item in requirements(complete_file(ProviderType.LCSW, documents=()))}
    assert heard == {"malpractice_face_sheet", "clia_certificate", "w9"}
    sent = (document(DocumentKind.DELEGATION_AGREEMENT),)
    (item,) = (
        item
        for item in requirements(complete_file(ProviderType.LCSW, documents=sent))
        if item.row.kind is DocumentKind.DELEGATION_AGREEMENT
    )
    assert (item.state, item.why) == (
        RequirementState.NOT_APPLICABLE,
        "it is not asked of this type of provider",
    )


def test_every_kind_of_document_has_one_row_in_plain_words() -> None:
    assert [row.kind for row in TABLE] == list(dict.fromkeys(row.kind for row in TABLE))
    assert {row.kind for row in TABLE} == set(DocumentKind)
    assert all(row.label and row.shows and row.source for row in TABLE)
    assert all(document_row(row.kind.value) is row for row in TABLE)
    with pytest.raises(ValueError, match="diploma"):
        document_row("diploma")


def test_the_clia_certificate_is_called_by_its_right_name() -> None:
    assert document_row(DocumentKind.CLIA_CERTIFICATE).label.endswith(
        "(Clinical Laboratory Improvement Amendments)"
    )


def test_the_w9_the_collaborative_agreement_and_the_letter_of_cms_print_no_expiration_date() -> None:
    undated = {DocumentKind.W9, DocumentKind.COLLABORATIVE_AGREEMENT, DocumentKind.CMS_CERTIFICATION}
    assert {row.kind for row in TABLE if not row.expires} == undated


@pytest.mark.parametrize(
    ("expires_on", "expired"),
    [(None, False), (date(2026, 3, 1), True), (TODAY, False), (date(2026, 3, 3), False)],
)
def test_a_document_is_good_through_its_last_day(expires_on: date | None, expired: bool) -> None:
    assert is_expired(expires_on, TODAY) == expired


# Where a document stands. Each file: state, sent so many days ago, runs out in so many days; oldest first.
_R, _A, _X = DocumentState.RECEIVED, DocumentState.ACCEPTED, DocumentState.REJECTED


def face_sheet(*sent: tuple[DocumentState, int, int | None]):
    facts = [
        document(DocumentKind.MALPRACTICE_FACE_SHEET, state, uploaded, expires, reason=f"reason {place}")
        for place, (state, uploaded, expires) in enumerate(sent)
    ]
    return requirements(complete_file(documents=tuple(facts)))[0], facts


@pytest.mark.parametrize(
    ("sent", "state", "counts"),
    [
        ([], "needed", None),
        ([(_R, 5, 300)], "received", 0),
        ([(_A, 5, 300)], "accepted", 0),
        ([(_X, 5, 300)], "rejected", 0),
        ([(_A, 5, 0)], "expiring", 0),
        ([(_A, 5, -1)], "expired", 0),
        ([(_R, 5, -1)], "expired", 0),
        ([(_A, 5, None)], "accepted", 0),
        # An accepted one stays while a newer one waits, or was rejected.
        ([(_A, 9, 31), (_R, 1, 300)], "accepted", 0),
        ([(_A, 9, 31), (_X, 1, 300)], "accepted", 0),
        # Accepted, and runs out within thirty days.
        ([(_A, 9, 30)], "expiring", 0),
        ([(_A, 9, 10), (_R, 1, 300)], "expiring", 0),
        ([(_A, 9, 10), (_A, 1, 300)], "accepted", 1),
        # One that ran out gives way to what was sent after it.
        ([(_A, 400, -1), (_R, 1, 300)], "received", 1),
        ([(_A, 400, -1), (_X, 1, 300)], "rejected", 1),
        ([(_A, 400, -1), (_A, 1, 300)], "accepted", 1),
        ([(_X, 9, 300), (_A, 8, -1)], "expired", 1),
        # After a rejection a new one waits.
        ([(_X, 9, 300), (_R, 1, 300)], "received", 1),
        ([(_X, 9, 300), (_X, 1, 300)], "rejected", 1),
        ([(_R, 9, 300), (_R, 1, 300)], "received", 1),
        # Several on one day: the one sent last counts.
        ([(_X, 1, 300), (_X, 1, 300)], "rejected", 1),
        ([(_R, 1, 300), (_R, 1, 200)], "received", 1),
        ([(_A, 1, 300), (_A, 1, 200)], "accepted", 1),
    ],
)
def test_the_newest_file_counts_unless_an_accepted_one_is_in_force(
    sent, state: str, counts: int | None
) -> None:
    item, facts = face_sheet(*sent)
    assert item.state == state
    assert item.document is (None if counts is None else facts[counts])


@pytest.mark.parametrize(
    ("state", "is_outstanding", "is_settled"),
    [
        ("needed", True, False), ("rejected", True, False), ("expired", True, False),
        ("received", False, False), ("being_scanned", False, False), ("accepted", False, True),
        ("expiring", False, True), ("not_applicable", False, True),
    ],
)  # fmt: skip
def test_the_applicant_owes_what_is_needed_rejected_or_expired(
    state: str, is_outstanding: bool, is_settled: bool
) -> None:
    item = replace(requirements(complete_file())[1], state=RequirementState(state))
    assert (item.outstanding, item.settled) == (is_outstanding, is_settled)


def test_every_file_ever_sent_is_listed_newest_first() -> None:
    item, facts = face_sheet((_X, 9, 300), (_A, 400, -1), (_R, 1, 300))
    assert [facts.index(version) for version in item.versions] == [2, 0, 1]


def test_a_file_the_scanner_has_not_passed_is_being_scanned_and_nobody_is_asked_again() -> None:
    held = replace(document(DocumentKind.W9, _R), held=True)
    item = requirements(complete_file(documents=(held,)))[-1]
    assert (item.state, item.outstanding, item.settled) == (RequirementState.BEING_SCANNED, False, False)
    seen = replace(document(DocumentKind.W9, _R, uploaded=30))
    item = requirements(complete_file(documents=(seen, held)))[-1]
    assert (item.state, item.document) == (RequirementState.RECEIVED, seen), (
        "one that can be reviewed comes first"
    )


@pytest.mark.parametrize(
    ("state", "expires", "found"),
    [
        (_A, 300, "accepted"),
        (_A, 20, "expiring"),
        (_A, -1, "needed"),
        (_X, 300, "needed"),
        (_R, 300, "needed"),
    ],
)
def test_what_an_earlier_application_left_on_file_counts_while_it_is_in_date(
    state: DocumentState, expires: int, found: str
) -> None:
    earlier = replace(
        document(DocumentKind.MALPRACTICE_FACE_SHEET, state, uploaded=1000, expires=expires), on_file=True
    )
    item = requirements(complete_file(documents=(earlier,)))[0]
    assert item.state == found
    assert bool(item.versions) == (item.document is not None)


def test_a_document_of_another_kind_does_not_count() -> None:
    file = complete_file(documents=(document(DocumentKind.W9),))
    assert [str(item.row.kind) for item in outstanding(file)] == ["malpractice_face_sheet"]


# Provider types


def test_every_provider_type_has_one_row() -> None:
    assert {row.code for row in TYPES} == set(ProviderType)
    assert len(TYPES) == len(ProviderType) == len({row.label for row in TYPES})


@pytest.mark.parametrize("code", ProviderType)
def test_each_type_is_a_person_or_a_body_authorized_through_ccvs_caqh_or_neither(code: ProviderType) -> None:
    row = provider_type(code)
    assert row.subject is (Subject.ORGANIZATION if code in BODIES else Subject.PRACTITIONER)
    assert row.physician == (code in PHYSICIANS)
    assert row.can_prescribe == (code in PRESCRIBERS)
    if code in BODIES:
        assert row.authorization is None
    else:
        assert row.authorization is (AuthorizationKind.CCVS if code in PHYSICIANS else AuthorizationKind.CAQH)
    assert row.licensing_body
    assert row.kinds


def test_a_type_the_plan_does_not_take_is_refused() -> None:
    with pytest.raises(ValueError, match="astrologer"):
        provider_type("astrologer")


@pytest.mark.parametrize("kind", [ProviderKind.MEDICAL, ProviderKind.BEHAVIORAL_HEALTH, ProviderKind.HCBS])
@pytest.mark.parametrize("subject", Subject)
def test_each_kind_offers_types_for_persons_and_for_bodies(kind: ProviderKind, subject: Subject) -> None:
    offered = types_for(kind, subject)
    assert offered
    assert all(kind in row.kinds and row.subject is subject for row in offered)


@pytest.mark.parametrize("kind", [ProviderKind.VISION, ProviderKind.LABORATORY])
def test_vision_and_laboratory_have_no_types_since_partners_take_them(kind: ProviderKind) -> None:
    assert not [row for subject in Subject for row in types_for(kind, subject)]
