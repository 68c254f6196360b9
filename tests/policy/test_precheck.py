"""The pre-check: each cause with what Arkansas checks, how the form stands, and what is only a warning."""

from dataclasses import replace

import pytest

from onboarding.policy.documents import requirements
from onboarding.policy.nppes import NppesFacts, Taxonomy
from onboarding.policy.precheck import TABLE, Case, Result, pre_check
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import NppesOutcome, PrecheckState, ProviderType, Subject
from tests.policy.casefile import complete_file
from tests.support.people import contract_answers, npi

OK, CHECK, ASKED = PrecheckState.OK, PrecheckState.PLEASE_CHECK, PrecheckState.WILL_BE_ASKED
FACTS = NppesFacts(npi(1), Subject.PRACTITIONER, last_name="THORNQUIST", first_name="MARIBEL",
                   taxonomies=(Taxonomy("363LF0000X", primary=True),))  # fmt: skip


def case(
    code: ProviderType = ProviderType.CNP, *, outcome=NppesOutcome.FOUND, facts=FACTS, listed=None, **changes
) -> Case:
    answers = contract_answers(code, **changes)
    yes = {name: answers.get(name) == "yes" for name in ("prescribes", "tests_on_site", "independent")}
    file = replace(complete_file(code), documents=(), **yes)
    return Case(provider_type(code), answers, outcome, facts, requirements(file), listed)


def row(name: str, found: Case) -> Result:
    return next(result for result in pre_check(found) if result.row.code == name)


def says(name: str, found: Case, state: PrecheckState) -> str:
    return " ".join(finding.says for finding in row(name, found).findings if finding.state is state)


def test_the_four_causes_stand_in_the_table_and_the_numbers_after_them() -> None:
    assert [found.code for found in TABLE] == ["names", "w9", "attachments", "signer", "numbers"]
    assert all(found.title and found.checks.endswith(".") for found in TABLE)


@pytest.mark.parametrize("code", ProviderType)
def test_every_provider_type_gets_every_row_with_a_sentence(code: ProviderType) -> None:
    for answers in ({}, contract_answers(code)):
        results = pre_check(replace(case(code, facts=None), answers=answers))
        assert len(results) == len(TABLE)
        assert all(
            result.findings and all(f.says.endswith((".", "?")) or f.says for f in result.findings)
            for result in results
        )


def test_one_name_is_ok_another_is_a_warning_with_both_spellings() -> None:
    assert "the one NPPES has" in says("names", case(), OK)
    warned = says("names", case(first_name="Maribelle"), CHECK)
    assert "MARIBEL THORNQUIST" in warned and "Maribelle Thornquist" in warned


def test_a_former_name_is_told_from_a_wrong_one() -> None:
    facts = replace(FACTS, last_name="DELGADO", other_names=("MARIBEL THORNQUIST",))
    assert "lists “MARIBEL THORNQUIST” as a former or other name" in says("names", case(facts=facts), CHECK)
    assert "former" not in says("names", case(facts=facts, last_name="Thorn"), CHECK)
    body = NppesFacts(
        npi(1), Subject.ORGANIZATION, organization_name="QUARRY LANE LLC", other_name="LARKSPUR CARE, INC."
    )
    told = case(ProviderType.GROUP_PRACTICE, facts=body, organization_name="Larkspur Care Inc")
    assert "lists “LARKSPUR CARE, INC.”" in says("names", told, CHECK)


@pytest.mark.parametrize(
    ("outcome", "part"),
    [
        (NppesOutcome.NOT_FOUND, "does not know"),
        (NppesOutcome.NOT_CHECKED, "could not check"),
        (NppesOutcome.DEACTIVATED, "deactivated"),
    ],
)
def test_what_nppes_did_not_say_is_never_ok(outcome: NppesOutcome, part: str) -> None:
    found = case(outcome=outcome, facts=None)
    assert part in says("names", found, CHECK) and row("names", found).state is CHECK


def test_the_documents_must_carry_the_name_as_typed() -> None:
    assert "Maribel Thornquist" in says("names", case(), ASKED)


@pytest.mark.parametrize(
    ("legal_name", "state", "part"),
    [
        ("Maribel Thornquist", OK, "your SSN"),
        ("Thornquist, Maribel J., APRN", OK, "your SSN"),
        ("Thornquist Family Care, PLLC", OK, "its EIN"),
        ("Maribel Thornquist, P.A.", OK, "its EIN"),
        ("Thornquist Family Care", CHECK, "neither your own name nor plainly a business"),
        ("", CHECK, "not given the legal name"),
    ],
)
def test_the_w9_of_a_practitioner_is_the_persons_or_a_businesss(
    legal_name: str, state: PrecheckState, part: str
) -> None:
    assert part in says("w9", case(legal_name=legal_name), state)


def test_the_w9_of_an_organization_has_its_own_name() -> None:
    same = case(ProviderType.HCBS_PROVIDER, legal_name="OUACHITA HOLLOW CARE LLC")
    assert row("w9", same).state is OK
    other = case(ProviderType.HCBS_PROVIDER, legal_name="Hollow Holdings, Inc.")
    assert "is not the organization's, Ouachita Hollow Care, LLC" in says("w9", other, CHECK)


def test_an_ein_with_a_prefix_never_given_out_is_a_warning_and_an_ssn_is_not() -> None:
    assert "begins with 07" in says("w9", case(tax_id="071234567"), CHECK)
    assert row("w9", case(tax_id="078123456", legal_name="Maribel Thornquist")).state is OK


def test_each_document_that_will_be_asked_for_is_named_with_what_it_must_show() -> None:
    text = says("attachments", case(prescribes="yes", tests_on_site="yes"), ASKED)
    for part in (
        "DEA certificate",
        "CLIA certificate",
        "IRS Form W-9, signed: it must show the legal name on line 1",
    ):
        assert part in text
    assert "DEA" not in says("attachments", case(), ASKED)


def test_a_question_that_decides_documents_and_is_open_is_a_warning() -> None:
    assert "the documents depend on it" in says("attachments", case(prescribes=""), CHECK)


def test_the_signer_is_the_practitioner_or_the_one_who_may_bind_the_organization() -> None:
    assert "Maribel Thornquist" in says("signer", case(), ASKED)
    assert "billing service" in says("signer", case(ProviderType.HCBS_PROVIDER), ASKED)


@pytest.mark.parametrize(
    ("signer", "state", "part"),
    [
        ("Ines R. Calloway, RN", OK, "stands among the owners"),
        ("Orla Fennimore", OK, "stands among the owners"),
        ("Basil Oakes", CHECK, "Basil Oakes signs, but stands neither among the owners"),
        ("", CHECK, "not named the authorized signer"),
    ],
)
def test_the_signer_of_an_organization_is_looked_for_among_those_it_discloses(
    signer: str, state: PrecheckState, part: str
) -> None:
    found = case(ProviderType.HCBS_PROVIDER, signer_name=signer)
    assert part in says("signer", found, state) and row("signer", found).state is (
        CHECK if state is CHECK else ASKED
    )
    nobody = case(ProviderType.HCBS_PROVIDER, has_owners="no", managers=[])
    assert "not named the owners and managing employees" in says("signer", nobody, CHECK)
    assert row("signer", case(ProviderType.GROUP_PRACTICE)).state is ASKED, "a group discloses no owners"


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"licence_state": "TX"}, "your license is of TX"),
        ({"licence_state": "TX", "has_other_licenses": "yes", "other_licenses": [{"other_state": "AR"}]}, ""),
        ({"state": "TX"}, "do not agree: Pulaski, TX"),
        ({"county": "Outside Arkansas"}, "do not agree: Outside Arkansas, AR"),
        ({"state": "TX", "county": "Outside Arkansas", "licence_state": "TX"}, ""),
        ({"npi": ""}, "You have not given the NPI yet."),
        ({"npi": "1234567890"}, "This NPI is not valid"),
    ],
)
def test_numbers_and_places_that_contradict_each_other_are_asked_about(changes: dict, part: str) -> None:
    warned = says("numbers", case(**changes), CHECK)
    assert part in warned and bool(warned) == bool(part)


def test_the_certificate_of_a_behavior_analyst_is_good_in_every_state() -> None:
    assert row("numbers", case(ProviderType.BCBA, licence_state="TX")).state is OK


def test_shares_above_a_hundred_percent_are_asked_about() -> None:
    owners = [{"owner_name": name, "owner_percent": "60"} for name in ("Orla Fennimore", "Ines Calloway")]
    assert "add up to 120 percent" in says("numbers", case(ProviderType.HCBS_PROVIDER, owners=owners), CHECK)


@pytest.mark.parametrize(
    ("number", "state"),
    [("MT1234563", OK), ("M91234563", OK), ("MB1234563", CHECK), ("XT1234563", CHECK)],
)
def test_the_letter_of_a_dea_number_warns_and_refuses_nothing(number: str, state: PrecheckState) -> None:
    assert row("numbers", case(prescribes="yes", dea_number=number)).state is state


@pytest.mark.parametrize(
    ("taxonomy", "listed", "state", "part"),
    [
        ("", True, OK, "no taxonomy code"),
        ("363LF0000X", None, OK, "could not compare"),
        ("363LF0000X", True, OK, "on the NUCC list"),
        ("207Q00000X", True, CHECK, "among this NPI's taxonomies"),
        ("363LF0000X", False, CHECK, "not on the NUCC list"),
    ],
)
def test_the_taxonomy_code_is_compared_with_the_list_and_with_nppes(
    taxonomy: str, listed: bool | None, state: PrecheckState, part: str
) -> None:
    assert part in says("numbers", case(taxonomy=taxonomy, listed=listed), state)
