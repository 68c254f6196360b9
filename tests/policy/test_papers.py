"""What is read on a document beside what the form says: agreement, differences in words, and what was not read."""

import time
from itertools import permutations

import pytest

from onboarding.policy.documents import document_row
from onboarding.policy.papers import TAX_ID, Claims, Paper, compare_paper, mask
from onboarding.policy.reading import read_seen_name, read_tax_id
from onboarding.policy.suggestions import LONGEST_TEXT, find_expiry
from onboarding.policy.vocabulary import DocumentKind, PrecheckState, ReadBy

OK, CHECK, NOT = PrecheckState.OK, PrecheckState.PLEASE_CHECK, PrecheckState.NOT_COMPARED
DEA, W9, FACE_SHEET = DocumentKind.DEA_CERTIFICATE, DocumentKind.W9, DocumentKind.MALPRACTICE_FACE_SHEET
PERSON = Claims("Maribel Jean Thornquist", "Maribel Thornquist", "431667310", person=True)
GROUP = Claims("Ouachita Hollow Care, LLC", "Ouachita Hollow Care, LLC", "711234567", person=False)
MEMBER = Claims("Maribel Thornquist", "Ouachita Hollow Care, LLC", "711234567", person=True)


def read(kind: DocumentKind, words: str, claims: Claims) -> Paper:
    row = document_row(kind)
    seen = read_seen_name(words, claims.names(row), claims.others(row))
    return Paper(kind, ReadBy.TEXT_LAYER, seen, read_tax_id(words, claims.tax_id))


@pytest.mark.parametrize(
    ("kind", "words", "claims", "state", "part"),
    [
        (DEA, "Registrant: MARIBEL JEAN THORNQUIST, APRN", PERSON, OK, "the form's"),
        (DEA, "THORNQUIST, MARIBEL", PERSON, OK, "the form's"),
        (DEA, "Maribel J. Thornquist Jr. expires 12/31/2027", PERSON, OK, "the form's"),
        (DEA, "Maribel Kay Thornquist", PERSON, CHECK, "“Kay” in the document, “Jean” on the form"),
        (DEA, "Insured: Maribel Thornqvist", PERSON, CHECK, "“Thornqvist” in the document, “Thornquist” on"),
        (DEA, "Name: Anna Thornquist", PERSON, CHECK, "“Anna” in the document, “Maribel” on the form"),
        (DEA, "THORNQUIST, ANNA", PERSON, CHECK, "“ANNA” in the document, “Maribel” on the form"),
        (DEA, "Insured: Maribel Thornquist-Hale", PERSON, CHECK, "“Hale” is only in the document"),
        (DEA, "Insured: Maribel Thornquist Hale", PERSON, CHECK, "“Hale” is only in the document"),
        (DEA, "MARIBEL HALE-THORNQUIST", PERSON, CHECK, "is only in the document"),
        (DEA, "THORNQUIST HALE, MARIBEL", PERSON, CHECK, "“HALE” is only in the document"),
        (DEA, "Maribel Kay Jean Thornquist, PhD", PERSON, OK, "the form's"),
        (DEA, "Maribel Thornquist Policy Number: 12", PERSON, OK, "the form's"),
        (DEA, "MARIBEL THORNQUIST  ARKANSAS", PERSON, OK, "the form's"),
        (W9, "Maribel Thornquist Hale", PERSON, CHECK, "“Hale” is only in the document"),
        (
            DEA,
            "agent: Maribel Jean Thornquist Insurance Agency. Named insured: Bob Miller MD",
            PERSON,
            CHECK,
            "no word of them is the same",
        ),
        (DEA, "Agent: Maribel Thornquist\nName: Bob Miller", PERSON, CHECK, "no word of them"),
        (DEA, "Registrant: Basil Fennimore  expires 2027", PERSON, CHECK, "no word of them is the same"),
        (DEA, "Certificate of insurance", PERSON, CHECK, "find no name like Maribel Jean Thornquist on it"),
        (FACE_SHEET, "Named insured: Ouachita Hollow Care LLC", MEMBER, OK, "the form's"),
        (FACE_SHEET, "Named insured: Maribel Thornquist", MEMBER, OK, "the form's"),
        (W9, "1 Name\nOUACHITA HOLLOW CARE L.L.C.\n71-1234567", GROUP, OK, "the form's"),
        (W9, "Ouachita Hollow Care\n71-1234567", GROUP, CHECK, "“LLC” is only on the form"),
        (W9, "Ouachita Hollow Care Inc.", GROUP, CHECK, "“Inc” in the document, “LLC” on the form"),
        (W9, "Ouachita Hills Care, LLC", GROUP, CHECK, "“Hills” in the document, “Hollow” on the form"),
        (
            W9,
            "1 Name\nMaribel Thornquist",
            MEMBER,
            CHECK,
            "practitioner's own name, but payment goes to a business",
        ),
        (
            W9,
            "Thornquist Family Care, PLLC",
            PERSON,
            CHECK,
            "shows a business, but payment goes to the practitioner",
        ),
        (W9, "Name: Basil Fennimore", GROUP, CHECK, "no word of them is the same"),
        (W9, "Maribel Thornquist 431-66-7310", PERSON, OK, "the form's"),
    ],
)
def test_the_name_on_a_document_agrees_or_differs_in_words(
    kind: DocumentKind, words: str, claims: Claims, state: PrecheckState, part: str
) -> None:
    found = compare_paper(read(kind, words, claims), claims)[0]
    assert (found.state, found.differs) == (state, state is CHECK) and part in found.says, found


@pytest.mark.parametrize(
    ("words", "claims", "state", "seen", "part"),
    [
        ("SSN 431-66-7310", PERSON, OK, "•••-••-7310", "The SSN on it is the form's"),
        ("4 3 1 – 6 6 – 7 3 1 0", PERSON, OK, "•••-••-7310", "form's"),
        ("431\n66\n7310", PERSON, OK, "•••-••-7310", "form's"),
        ("501-555-0199, 72201-1234, 71-1234567", GROUP, OK, "••-•••4567", "The EIN on it"),
        ("711234567", GROUP, OK, "•••••4567", "The EIN on it"),
        ("71-1234568", GROUP, CHECK, "••-•••4568", "is not the one on the form"),
        ("43-1667310", PERSON, CHECK, "••-•••7310", "An individual's W-9 gives the SSN"),
        ("711-23-4567", MEMBER, CHECK, "•••-••-4567", "A business's W-9 gives its EIN"),
        ("no number at all", PERSON, NOT, "", "find no tax ID"),
    ],
)
def test_the_tax_id_of_a_w9_is_compared_and_shown_masked(
    words: str, claims: Claims, state: PrecheckState, seen: str, part: str
) -> None:
    found = compare_paper(read(W9, words, claims), claims)[1]
    assert (found.what, found.state, found.seen) == (TAX_ID, state, seen) and part in found.says
    assert claims.tax_id[:5] not in "".join((found.says, found.seen, found.typed)).replace("-", "")


@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize(
    "paper",
    [(by, None, None) for by in (ReadBy.NO_OCR, ReadBy.NOTHING, ReadBy.TEXT_LAYER, ReadBy.OCR, None)],
)
def test_what_was_not_read_is_never_said_to_agree(
    kind: DocumentKind, paper: tuple[ReadBy | None, None, None]
) -> None:
    (found,) = compare_paper(Paper(kind, *paper), PERSON)
    assert found.state is NOT
    assert ("could not read" in found.says) is (paper[0] in (ReadBy.NO_OCR, ReadBy.NOTHING))


@pytest.mark.parametrize(
    "words", ["Name of insured: John Smith", "Insured: 李 明", "nothing", "Named insured: 李 明"]
)
def test_a_name_without_a_latin_letter_is_not_compared(words: str) -> None:
    for name in ("李 明", ". ."):
        claims = Claims(name, name, "431667310", person=True)
        assert compare_paper(read(DEA, words, claims), claims)[0].state is NOT
    stored = Paper(DEA, ReadBy.TEXT_LAYER, "李 明", None)
    assert compare_paper(stored, PERSON)[0].state is NOT


def test_a_picture_that_was_misread_is_not_the_senders_fault() -> None:
    paper = Paper(DEA, ReadBy.OCR, "Maribel Thornquizt", None)
    assert "may be misread" in compare_paper(paper, PERSON)[0].says


def test_a_mask_shows_the_last_four_digits_only() -> None:
    assert (mask("431-66-7310"), mask("71-1234567"), mask("")) == ("•••-••-7310", "••-•••4567", "")


def test_a_long_hostile_text_costs_no_time() -> None:
    began = time.perf_counter()
    for text in (
        "Thornquisst " * LONGEST_TEXT,
        "1 " * LONGEST_TEXT,
        "Name: " * LONGEST_TEXT,
        "name " * LONGEST_TEXT,
        "exp 1/1/2027 " * LONGEST_TEXT,
        "exp " * (LONGEST_TEXT // 8) + "1/1/2027 " * LONGEST_TEXT,
    ):
        read(W9, text, GROUP), read(DEA, text, PERSON), find_expiry(text)
    anagrams = map("".join, permutations("CARDAMO"))
    long_name = "Cardam " * 16
    claims = Claims(long_name, long_name, "711234567", person=False)
    read(DEA, " ".join(anagrams), claims)
    assert time.perf_counter() - began < 2
