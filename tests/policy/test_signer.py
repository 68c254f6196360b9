"""Who signs: the practitioner in person, or the authorized signer of the organization."""

import pytest

from onboarding.policy.field_checks import name_problem
from onboarding.policy.provider_types import provider_type
from onboarding.policy.signer import signer_name, signer_problem
from onboarding.policy.vocabulary import ProviderType

PERSON, BODY = provider_type(ProviderType.LCSW), provider_type(ProviderType.HOSPITAL)


def person(first: str = "Maribel", middle: str = "Ann", last: str = "Thornquist", suffix: str = "") -> dict:
    return {"first_name": first, "middle_name": middle, "last_name": last, "suffix": suffix}


@pytest.mark.parametrize(
    "typed",
    ["Maribel Thornquist", "maribel thornquist", "MARIBEL A. THORNQUIST", "Maribel Ann Thornquist", "Maribel  Thornquist, LCSW",
     "Maribel Thornquist, Jr.", "Maribel Thornquist PhD", "Maribel Ann-Kathrin Thornquist"],
)  # fmt: skip
def test_case_punctuation_middle_names_suffixes_and_degrees_do_not_matter(typed: str) -> None:
    assert signer_problem(PERSON, person(), typed) is None


@pytest.mark.parametrize(
    "typed",
    ["Dana Whitlow", "Maribel", "Thornquist", "M. Thornquist", "Thornquist Maribel", "Maribel Thornquist by Dana Whitlow",
     "Maribel Thorn", "Office of Maribel Thornquist"],
)  # fmt: skip
def test_nobody_else_signs_for_a_practitioner(typed: str) -> None:
    says = signer_problem(PERSON, person(), typed)
    assert (
        says
        == "The practitioner signs in person: type Maribel Ann Thornquist. Nobody else can sign for a practitioner."
    )


@pytest.mark.parametrize(
    ("first", "last", "typed"),
    [("Ana María", "De La Cruz", "ana maria delacruz"), ("Seán", "O'Brien", "Sean OBrien"), ("Kim", "Do", "Kim Do"),
     ("Ann-Marie", "St. John", "Annmarie St John"), ("Lee", "Ma", "Lee Ma, MD"), ("Jean", "Smith-Jones", "Jean Smith Jones")],
)  # fmt: skip
def test_names_of_all_kinds_are_signed_as_people_write_them(first: str, last: str, typed: str) -> None:
    assert signer_problem(PERSON, person(first, "", last), typed) is None


def test_an_organization_is_signed_for_by_its_authorized_signer_only() -> None:
    answers = {"signer_name": "Ines R. Calloway, MBA", "contact_name": "Dana Whitlow"}
    assert signer_name(BODY, answers) == "Ines R. Calloway, MBA"
    assert signer_problem(BODY, {"signer_name": "Ines R. Calloway"}, "ines calloway") is None
    assert signer_problem(BODY, answers, "Ines R. Calloway, MBA") is None
    assert signer_problem(BODY, answers, "Ines Calloway") is None
    says = signer_problem(BODY, answers, "Dana Whitlow")
    assert says is not None and says.startswith(
        "The authorized signer signs for the organization: type Ines R. Call"
    )


@pytest.mark.parametrize("name", ["Cher", "Ines Calloway"])
def test_the_very_name_given_is_always_taken(name: str) -> None:
    assert signer_problem(BODY, {"signer_name": name}, name.upper()) is None


@pytest.mark.parametrize(
    ("first", "last", "signed"), [("李", "明", "王 五"), (".", ".", "Иван"), ("Ana", "明", "Ana")]
)
def test_a_name_that_cannot_be_compared_is_signed_letter_by_letter(
    first: str, last: str, signed: str
) -> None:
    assert signer_problem(PERSON, person(first, "", last), signed)
    assert signer_problem(PERSON, person(first, "", last), f" {first}  {last}") is None


@pytest.mark.parametrize("name", ["李", ".", "Иван", "--"])
def test_a_name_needs_a_latin_letter(name: str) -> None:
    assert "Latin letters" in (name_problem(name) or "")


def test_accents_and_apostrophes_are_letters_like_others() -> None:
    assert not any(map(name_problem, ("Đặng", "O'Brien", "Łukasz", "Jr.", "J.")))


@pytest.mark.parametrize(("answers", "typed"), [({}, "Anybody"), (person(), ""), (person(), "  ")])
def test_nothing_is_said_before_both_names_are_there(answers: dict, typed: str) -> None:
    assert signer_problem(PERSON, answers, typed) is None
