"""What an applicant attests, what counts as a disclosure, and what is told beside it."""

from itertools import product

import pytest

from onboarding.policy.attestation import (
    ETHNICITIES,
    LANGUAGES,
    NON_DISCRIMINATION,
    RACES,
    RIGHTS,
    STATEMENT,
    TABLE,
    disclosures,
    questions_for,
)
from onboarding.policy.onboarding_list import TABLE as ONBOARDING
from onboarding.policy.onboarding_list import onboarding_row
from onboarding.policy.plan import KIND_LABELS, PARTNERS, PLAN
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import OnboardingStep, ProviderKind, ProviderType, Subject


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("essential_functions", "essential functions"),
        ("illegal_drugs", "illegal drugs"),
        ("licence_loss", "license to practice"),
        ("felony", "felony"),
        ("privileges_loss", "privileges"),
        ("malpractice_cover", "malpractice insurance in force"),
    ],
)
def test_a_practitioner_answers_each_question_ncqa_asks_for(code: str, words: str) -> None:
    assert words in next(
        question.text for question in questions_for(Subject.PRACTITIONER) if question.code == code
    )


@pytest.mark.parametrize(
    "code", ["owner_excluded", "owner_convicted", "certification_loss", "liability_cover"]
)
def test_an_organization_answers_for_its_owners_and_its_standing(code: str) -> None:
    assert code in {question.code for question in questions_for("organization")}


def test_no_question_is_put_to_both_and_none_twice() -> None:
    codes = [question.code for question in TABLE]
    assert len(codes) == len(set(codes))
    assert set(questions_for(Subject.PRACTITIONER)) | set(questions_for(Subject.ORGANIZATION)) == set(TABLE)
    assert all(question.text.endswith("?") for question in TABLE)


def test_yes_is_expected_only_of_insurance_in_force_and_of_checking_employees() -> None:
    assert {question.code for question in TABLE if question.expected} == {
        "malpractice_cover",
        "liability_cover",
        "employees_checked",
    }


@pytest.mark.parametrize(
    ("question", "put_to"),
    [
        ("prescribing_loss", {"md", "do", "cnp", "cns", "cnm", "crna", "pa"}),
        ("anesthesia_loss", {"crna"}),
        ("employees_checked", {"behavioral_health_agency", "hcbs_provider", "icf", "home_health"}),
    ],
)
def test_some_questions_are_put_to_some_provider_types_only(question: str, put_to: set[str]) -> None:
    asked = {
        code.value
        for code in ProviderType
        if question in {row.code for row in questions_for(provider_type(code).subject, code)}
    }
    assert asked == put_to


@pytest.mark.parametrize("subject", Subject)
def test_every_answer_other_than_expected_is_a_disclosure(subject: Subject) -> None:
    questions = questions_for(subject)
    for answers in product((False, True), repeat=len(questions)):
        given = {question.code: answer for question, answer in zip(questions, answers, strict=True)}
        odd = tuple(
            f"Answered {'yes' if answer else 'no'}: {question.text}"
            for question, answer in zip(questions, answers, strict=True)
            if answer != question.expected
        )
        assert disclosures(subject, given) == odd


def test_a_question_without_an_answer_is_no_disclosure() -> None:
    assert disclosures(Subject.PRACTITIONER, {}) == ()
    assert disclosures("practitioner", {"unknown": True}) == ()


def test_a_subject_the_manual_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="animal"):
        questions_for("animal")


def test_the_signature_certifies_and_authorizes() -> None:
    assert "correct and complete" in STATEMENT
    assert "authorize the plan to verify" in STATEMENT


@pytest.mark.parametrize("right", ["review the information", "correct", "status of your application"])
def test_the_applicant_is_told_of_the_three_rights(right: str) -> None:
    assert right in RIGHTS


@pytest.mark.parametrize("words", ["optional", "do not use them to decide", "changes nothing"])
def test_race_ethnicity_and_language_come_with_the_statement_that_they_decide_nothing(words: str) -> None:
    assert words in NON_DISCRIMINATION


@pytest.mark.parametrize("choices", [RACES, ETHNICITIES, LANGUAGES])
def test_the_optional_choices_are_all_different(choices: tuple[str, ...]) -> None:
    assert len(choices) == len(set(choices))


@pytest.mark.parametrize("choices", [RACES, ETHNICITIES])
def test_one_may_prefer_not_to_say(choices: tuple[str, ...]) -> None:
    assert "Prefer not to say" in choices


# The plan's own facts


def test_the_plan_is_called_in_caqh_as_its_page_says() -> None:
    assert PLAN.caqh_name == "CareSource Management Group"
    assert PLAN.echo_phone == "1-888-834-3511"
    assert PLAN.provider_services_phone == "1-833-230-2100"


def test_vision_and_laboratory_go_to_their_partners() -> None:
    assert set(PARTNERS) == {ProviderKind.VISION, ProviderKind.LABORATORY}
    assert PARTNERS[ProviderKind.VISION].name == "Superior Vision"
    assert PARTNERS[ProviderKind.LABORATORY].name == "Avalon Healthcare Solutions"
    assert PARTNERS[ProviderKind.LABORATORY].phone == "1-813-751-3940"


def test_every_kind_of_provider_has_a_name_on_the_first_page() -> None:
    assert set(KIND_LABELS) == set(ProviderKind)


def test_the_onboarding_list_has_each_item_once_and_says_how() -> None:
    assert [row.step for row in ONBOARDING] == list(OnboardingStep)
    assert all(
        row.label and row.how.endswith(".") and onboarding_row(row.step.value) is row for row in ONBOARDING
    )
    with pytest.raises(ValueError, match="party"):
        onboarding_row("party")
