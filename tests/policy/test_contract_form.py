"""The contract form: who is asked what, what a good answer is, and what is said of every other."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.policy.contract_form import (
    FIELDS,
    PAGES,
    STATES,
    Entry,
    Field,
    PageState,
    answer_codes,
    clean,
    field_problem,
    fields_for,
    page_states,
    pages_for,
    parse_day,
    parse_month,
    problems,
)
from onboarding.policy.fields import in_a_sentence, parse_hours, read, typed
from onboarding.policy.form_pages import SECTIONS, pages_from_ccvs
from onboarding.policy.groups import GROUPS
from onboarding.policy.plan import COUNTIES, LINES, OTHER_COUNTY
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import ProviderType
from tests.policy.casefile import BODIES, PHYSICIANS, TODAY
from tests.support.people import contract_answers as good_answers

ALL_FIELDS = {
    field.code: field for code in ProviderType for field in fields_for(provider_type(code))
}  # with the questions of both subjects
ENTRY_FIELDS = {field.code: field for group in GROUPS for field in group.fields}


def said(code: str, value: object, **others: str) -> str | None:
    """What is said of this answer to one field."""
    return field_problem(ALL_FIELDS[code], {code: value, **others})


# Who is asked what

EVERYONE = """npi specialty licence_number licence_expires_on legal_name tax_id address city state zip_code county lines
    accepting spoken interpreter wheelchair telehealth hours_monday hours_tuesday hours_wednesday hours_thursday
    hours_friday hours_saturday hours_sunday tests_on_site clia_number taxonomy contact_name contact_email
    contact_phone""".split()  # noqa: SIM905
PERSON = """first_name middle_name last_name suffix birth_date licence_state has_other_licenses""".split()  # noqa: SIM905
NOT_FROM_CCVS = "caqh_number board_certified first_licensed worked".split()  # noqa: SIM905
BODY = """organization_name trade_name signer_name signer_title signer_email accreditation""".split()  # noqa: SIM905
WAIVER = "waiver_services waiver_levels waiver_members waiver_counties".split()  # noqa: SIM905
OWNERSHIP = "has_owners has_ties has_interests has_transactions".split()  # noqa: SIM905
PERSON_ATTESTS = """essential_functions illegal_drugs licence_loss felony privileges_loss malpractice_cover
    malpractice_claims""".split()  # noqa: SIM905
BODY_ATTESTS = "owner_excluded owner_convicted certification_loss liability_cover".split()  # noqa: SIM905
SOME_ATTEST = ["prescribing_loss", "anesthesia_loss", "employees_checked"]
PRESCRIBERS = ("md", "do", "cnp", "cns", "cnm", "crna", "pa")


def asked(code: ProviderType) -> set[str]:
    fields = {*EVERYONE, *(BODY if code in BODIES else PERSON)}
    attests = [*(BODY_ATTESTS if code in BODIES else PERSON_ATTESTS)]
    if code in PRESCRIBERS:
        attests.append("prescribing_loss")
        fields |= {"prescribes", "dea_number"}
    if code == "crna":
        attests.append("anesthesia_loss")
    if code in ("behavioral_health_agency", "hcbs_provider", "icf", "home_health"):
        attests.append("employees_checked")
    fields |= {*attests, *(f"{question}_explained" for question in attests)}
    if code == "group_practice":  # its practitioners hold the licenses
        fields -= {"licence_number", "licence_expires_on"}
    elif code in BODIES:
        fields |= set(OWNERSHIP)
    if code not in BODIES and code not in PHYSICIANS:
        fields |= set(NOT_FROM_CCVS)
        if code in PRESCRIBERS:
            fields |= {"has_privileges", "admits_through"}
    if code in ("cnp", "cns"):
        fields.add("independent")
    if code in ("lmsw", "lac"):
        fields |= {"supervisor_name", "supervisor_licence"}
    if code in ("hospital", "asc", "home_health", "fqhc", "rhc"):
        fields.add("ccn")
    if code == "hcbs_provider":
        fields |= set(WAIVER)
    return fields


@pytest.mark.parametrize("code", ProviderType)
def test_each_provider_type_is_asked_these_questions_and_no_others(code: ProviderType) -> None:
    found = [field.code for field in fields_for(provider_type(code))]
    assert len(found) == len(set(found))
    assert set(found) == asked(code)


@pytest.mark.parametrize("code", ProviderType)
def test_the_pages_hold_every_question_once_in_their_order(code: ProviderType) -> None:
    row = provider_type(code)
    by_page = [field for page in PAGES for field in fields_for(row, page)]
    assert by_page == list(fields_for(row))
    assert all(fields_for(row, page.code) or page.group for page in pages_for(row))


@pytest.mark.parametrize("code", ProviderType)
def test_a_form_with_good_answers_has_no_problem(code: ProviderType) -> None:
    assert problems(provider_type(code), good_answers(code), TODAY) == {}


@pytest.mark.parametrize("code", ProviderType)
def test_an_empty_form_is_told_everything_that_is_missing(code: ProviderType) -> None:
    optional = {
        "middle_name",
        "suffix",
        "trade_name",
        "dea_number",
        "clia_number",
        "taxonomy",
        "accreditation",
        "admits_through",
    }
    optional |= {field for field in EVERYONE if field.startswith("hours_") and field != "hours_monday"}
    waiting = {"has_ties", "has_interests"}  # until the owners are named
    gathered = {"schools"} if code not in BODIES | PHYSICIANS else set()
    gathered |= {"managers"} if code in BODIES and code != "group_practice" else set()
    found = problems(provider_type(code), {}, TODAY)
    missing = {field for field in asked(code) if not field.endswith("_explained")} - optional - waiting
    assert set(found) == missing | gathered


@pytest.mark.parametrize("page", PAGES)
def test_one_page_is_told_only_its_own_problems(page: str) -> None:
    row = provider_type(ProviderType.CNP)
    everything = problems(row, {}, TODAY)
    group = PAGES[page].group
    on_page = {field.code for field in fields_for(row, page)} | ({group.code} if group else set())
    assert problems(row, {}, TODAY, page) == {
        code: says for code, says in everything.items() if code in on_page
    }


def test_every_field_stands_on_a_page_and_says_what_it_is() -> None:
    for field in [*ALL_FIELDS.values(), *ENTRY_FIELDS.values()]:
        assert field.page in PAGES
        assert field.label
        assert not field.hint or field.hint.rstrip('”"')[-1] in ".?" or field.code == "suffix"
        assert 0 < field.max_length <= 2000
        assert (field.entry in (Entry.CHOICE, Entry.CHOICES)) == bool(field.choices)


def test_every_page_stands_in_a_section_and_every_group_on_its_page() -> None:
    assert {page.section for page in PAGES.values()} == set(SECTIONS)
    assert all(page.group is None or page.group.code == page.code for page in PAGES.values())
    assert {page.group.code for page in PAGES.values() if page.group} == {group.code for group in GROUPS}
    codes = [*ALL_FIELDS, *ENTRY_FIELDS, *(group.code for group in GROUPS)]
    assert len(codes) == len(set(codes))


# Which pages

CCVS_SAYS = {"schools", "boards", "first_license", "jobs", "gaps", "hospitals", "claims"}
DISCLOSED = {"owners", "ties", "interests", "managers", "convictions", "transactions"}


@pytest.mark.parametrize("code", ProviderType)
def test_a_physician_is_not_asked_what_the_ccvs_profile_says(code: ProviderType) -> None:
    row = provider_type(code)
    pages, from_ccvs = {page.code for page in pages_for(row)}, {page.code for page in pages_from_ccvs(row)}
    assert from_ccvs == (CCVS_SAYS if code in PHYSICIANS else set())
    assert not pages & from_ccvs
    if code not in BODIES | PHYSICIANS:
        assert pages >= CCVS_SAYS - (set() if code in PRESCRIBERS else {"hospitals"})


@pytest.mark.parametrize("code", ProviderType)
def test_only_disclosing_entities_are_asked_who_owns_them(code: ProviderType) -> None:
    """42 CFR 455.101: not practitioners, not groups of practitioners."""
    pages = {page.code for page in pages_for(provider_type(code))}
    discloses = code in BODIES and code != "group_practice"
    assert pages & DISCLOSED == (DISCLOSED if discloses else set())
    assert ("owners" in answer_codes(provider_type(code))) == discloses


def test_those_who_practice_under_supervision_say_who_supervises_and_the_row_says_why() -> None:
    supervised = {code for code in ProviderType if provider_type(code).supervision}
    assert supervised == {"lmsw", "lac"}
    for code in supervised:
        assert provider_type(code).supervision.startswith("A.C.A. 17-")


@pytest.mark.parametrize(
    ("code", "label"),
    [("lcsw", "License number"), ("hcbs_provider", "DDS certificate number"), ("icf", "DPSQA certification number"),
     ("behavioral_health_agency", "DPSQA certification number"), ("bcba", "Certification number")],
)  # fmt: skip
def test_each_type_is_asked_for_the_paper_its_own_body_gives_out(code: str, label: str) -> None:
    row = provider_type(code)
    field = next(field for field in fields_for(row) if field.code == "licence_number")
    assert (field.label, field.hint) == (label, f"Issued by: {row.licensing_body}.")


def test_a_page_that_waits_for_another_opens_with_it_and_goes_when_no_answer_calls_for_it() -> None:
    row = provider_type(ProviderType.LCSW)
    assert page_states(row, {}, TODAY)["claims"] is PageState.BLOCKED
    good = good_answers(ProviderType.LCSW)
    assert "claims" not in page_states(row, good, TODAY)
    claimed = {**good, "malpractice_claims": "yes", "malpractice_claims_explained": "In 2023."}
    assert page_states(row, claimed, TODAY)["claims"] is PageState.NOT_STARTED
    assert problems(row, claimed, TODAY) == {"claims": "Add at least one claim."}


def test_a_page_without_a_duty_is_done_once_it_was_seen() -> None:
    row = provider_type(ProviderType.ICF)
    good = good_answers(ProviderType.ICF)
    del good["accreditation"]
    assert page_states(row, good, TODAY)["certification"] is PageState.NOT_STARTED
    assert page_states(row, {**good, "accreditation": ""}, TODAY)["certification"] is PageState.DONE


# Missing, too long, wrong, right

REQUIRED = [
    field for field in ALL_FIELDS.values()
    if field.required({}) and field.entry not in (Entry.YES_NO, Entry.CHOICES, Entry.LONG_TEXT)
]  # fmt: skip


@pytest.mark.parametrize("field", REQUIRED, ids=lambda field: field.code)
@pytest.mark.parametrize("nothing", ["", None])
def test_a_missing_answer_is_asked_for_in_words(field: Field, nothing: str | None) -> None:
    problem = field_problem(field, {field.code: nothing})
    assert problem.startswith(("Enter ", "Choose "))
    assert problem.endswith(".")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("npi", "Enter the NPI."), ("first_name", "Enter the first name."), ("birth_date", "Enter the date of birth."),
        ("licence_expires_on", "Enter the license expiration date."), ("caqh_number", "Enter the CAQH number."),
        ("zip_code", "Enter the ZIP code."), ("contact_email", "Enter the e-mail address."), ("state", "Choose the state from the list."),
        ("licence_state", "Choose the state that issued it from the list."), ("tests_on_site", "Answer yes or no."),
        ("lines", "Choose at least one: whom you want to serve."),
    ],
)  # fmt: skip
def test_these_are_asked_for_in_these_words(code: str, says: str) -> None:
    assert said(code, "") == says


def test_a_dea_number_is_missed_only_from_one_who_prescribes() -> None:
    assert said("dea_number", "", prescribes="no") is None
    assert said("dea_number", "") is None
    assert said("dea_number", "", prescribes="yes") == "Enter the DEA number."


@pytest.mark.parametrize("question", [*PERSON_ATTESTS, *BODY_ATTESTS, *SOME_ATTEST])
def test_an_unexpected_answer_to_a_question_must_be_explained(question: str) -> None:
    expected = "yes" if question in ("malpractice_cover", "liability_cover", "employees_checked") else "no"
    unexpected = "no" if expected == "yes" else "yes"
    explained = f"{question}_explained"
    assert ALL_FIELDS[explained].label == f"If {unexpected}: please explain"
    assert said(explained, "", **{question: expected}) is None
    assert said(explained, "", **{question: unexpected}) == "Explain your answer in a few words."
    assert said(explained, "It was settled in 2019.", **{question: unexpected}) is None


FREE_TEXTS = {
    "first_name", "middle_name", "last_name", "suffix", "organization_name", "trade_name", "specialty", "licence_number",
    "legal_name", "address", "city", "contact_name", "signer_name", "signer_title", "supervisor_name", "supervisor_licence",
    "accreditation", "admits_through",
    *(f"{question}_explained" for question in (*PERSON_ATTESTS, *BODY_ATTESTS, *SOME_ATTEST)),
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(FREE_TEXTS))
def test_a_text_may_fill_its_field_and_not_one_letter_more(code: str) -> None:
    limit = ALL_FIELDS[code].max_length
    assert said(code, "a" * limit) is None
    assert said(code, "a" * (limit + 1)) == f"Shorten this to {limit:,} characters: it has {limit + 1:,}."


def test_an_acronym_keeps_its_capitals_inside_a_sentence() -> None:
    labels = ("DDS certificate number", "Date of birth", "Friday", "A person or a corporation?")
    assert [in_a_sentence(label) for label in labels] == [
        "DDS certificate number", "date of birth", "Friday", "a person or a corporation?",
    ]  # fmt: skip


def test_every_field_is_a_free_text_a_choice_or_has_a_check_of_its_own() -> None:
    checked = {"npi", "birth_date", "licence_expires_on", "caqh_number", "tax_id", "zip_code", "dea_number", "contact_email",
               "contact_phone", "clia_number", "taxonomy", "signer_email", "ccn", "first_licensed", "waiver_members",
               *(code for code in ALL_FIELDS if code.startswith("hours_"))}  # fmt: skip
    chosen = {
        code
        for code, field in ALL_FIELDS.items()
        if field.entry in (Entry.CHOICE, Entry.CHOICES, Entry.YES_NO)
    }
    assert FREE_TEXTS | checked | chosen == set(ALL_FIELDS)
    for code in checked:
        assert said(code, "x" * 5) is not None, code


@pytest.mark.parametrize("code", sorted(FREE_TEXTS))
@pytest.mark.parametrize("typed", ["123-45-6789", "123 45 6789", "123\u201345\u20136789"])
def test_a_social_security_number_is_refused_in_every_free_text(code: str, typed: str) -> None:
    if len(typed) > ALL_FIELDS[code].max_length:
        assert said(code, typed) is not None
        return
    assert "social security number" in said(code, typed)


def test_a_social_security_number_in_the_middle_of_an_explanation_is_refused() -> None:
    text = "It was another person with the same name, SSN 123-45-6789, in another state."
    assert "social security number" in said("felony_explained", text, felony="yes")


@pytest.mark.parametrize(
    ("code", "value"),
    [("caqh_number", "219-09-9998"), ("legal_name", "Zoe 219099998"), ("contact_email", "219099998@practice.example"),
     ("licence_number", "219/09/9998"), ("felony_explained", "My SSN is 219099998")],
)  # fmt: skip
def test_a_social_security_number_is_refused_in_the_disguise_of_another_answer(code: str, value: str) -> None:
    assert "social security number" in said(code, clean(ALL_FIELDS[code], value), felony="yes")


def test_the_numbers_the_form_holds_are_refused_wherever_else_they_stand() -> None:
    row = provider_type(ProviderType.HCBS_PROVIDER)
    answers = good_answers(row.code, licence_number="714556203", specialty="Care (4-3155-6209)")
    answers["owners"][0]["owner_address"] = "431667310 Quail Run"
    refused = problems(row, answers, TODAY)
    assert set(refused) == {"licence_number", "specialty", "owners-owners-1"}
    assert all("gave elsewhere on this form" in says for says in refused.values())


def test_nobody_is_licensed_before_the_age_of_eighteen() -> None:
    assert said("first_licensed", "1998-04", birth_date="1980-04-17") is None
    assert "not eighteen then" in said("first_licensed", "1998-03", birth_date="1980-04-17")


def test_nine_digits_that_are_nobodys_number_are_honest() -> None:
    answers = good_answers(
        ProviderType.LCSW, licence_number="204417889", caqh_number="142033771", zip_code="72205-1234"
    )
    assert problems(provider_type(ProviderType.LCSW), answers, TODAY) == {}


def test_the_tax_id_of_a_sole_proprietor_may_be_a_social_security_number() -> None:
    assert said("tax_id", "123-45-6789") is None


@pytest.mark.parametrize(
    ("code", "right", "wrong"),
    [
        ("npi", ["1558598797"], ["1558598798", "155859879", "3558598797"]),
        ("first_name", ["Marisol", "Ann-Marie", "José", "O'Neill", "Mary Lou"], ["李", ".", "M4risol", "<b>", "{{x}}", "a\x00b"]),
        ("suffix", ["Jr.", "III"], ["3rd"]),
        ("contact_name", ["Dana Reyes", "Dr. D. Reyes, MD"], ["Dana <dana@x.example>", "Front desk 2"]),
        ("caqh_number", ["123456", "12345678", "123456789"], ["12345", "1234567890", "abcdefgh"]),
        ("tax_id", ["713456789", "71-3456789"], ["71345678", "000000000", "seventy"]),
        ("ccn", ["041337", "04G012", "04C0001234"], ["41337", "0413377", "04C001234", "A41337"]),
        ("waiver_members", ["1", "40", "00040"], ["0", "-3", "many", "100000"]),
        ("first_licensed", ["2005-08", "08/2005", "8/2005"], ["2005", "13/2005", "August 2005", "2005-08-01", "0000-00"]),
        ("hours_monday", ["8 am to 5 pm", "8-5", "08:00-17:00"], ["all day", "5 pm to 8 am", "25-26", "8"]),
        ("zip_code", ["72201", "72201-1234"], ["7220", "722011", "72201-123", "72201 1234", "\uff17\uff12\uff12\uff10\uff11", "ABCDE"]),
        ("dea_number", ["BB1388568", "bb1388568"], ["BB1388569", "B1388568", "1388568"]),
        ("clia_number", ["04D1234567", "04d1234567"], ["0412345678", "04D123456", "AAD1234567"]),
        ("taxonomy", ["207Q00000X", "1041c0700x"], ["207Q00000", "207Q000000", "Q07Q00000X", "family"]),
        ("contact_phone", ["5015550142", "501-555-0142", "(501) 555-0142", "+1 501 555 0142", "1-501-555-0142", "501.555.0142",
                           "501\u2011555\u20110142"],
         ["555-0142", "501-555-01423", "001-555-0142", "101-555-0142", "call me", "٥٠١٥٥٥٠١٤٢"]),
        ("contact_email", ["office@practice.example", "a.b+c@x-y.practice.example"],
         ["office", "office@", "@practice.example", "office@practice", "a b@practice.example", "a@b@practice.example",
          "a@practice.example\nBcc: x@y.example", "a@practice.example, b@practice.example", "a@practice..example", "<a@practice.example>"]),
        ("county", ["Pulaski", "Van Buren", "St. Francis", "Outside Arkansas"], ["Cook", "pulaski", "Pulaski County"]),
        ("state", ["AR", "TX", "DC"], ["ar", "Arkansas", "XX", "PR "]),
        ("licence_state", ["AR", "OK"], ["ZZ"]),
        ("tests_on_site", ["yes", "no"], ["maybe", "Yes", "1"]),
        ("felony", ["yes", "no"], ["never"]),
        ("lines", [["behavioral_health"], ["ces_waiver", "icf"], list(LINES)], [[], None, ["dental"], ["behavioral_health", "dental"], "icf"]),
    ],
)  # fmt: skip
def test_right_answers_are_taken_and_wrong_ones_get_a_sentence(code: str, right: list, wrong: list) -> None:
    for answer in right:
        assert said(code, answer) is None, answer
    for answer in wrong:
        problem = said(code, answer)
        assert problem, answer
        assert problem[0].isupper(), problem
        assert problem.endswith("."), problem


# Dates


@pytest.mark.parametrize("code", ["birth_date", "licence_expires_on"])
@pytest.mark.parametrize("typed", ["1980-04-17", "04/17/1980", "4/17/1980"])
def test_a_date_is_taken_in_both_forms(code: str, typed: str) -> None:
    assert said(code, typed) is None
    assert clean(ALL_FIELDS[code], f" {typed} ") == "1980-04-17"


@pytest.mark.parametrize("code", ["birth_date", "licence_expires_on"])
@pytest.mark.parametrize(
    "typed",
    ["17/04/1980", "04/17/80", "1980", "April 17", "1980-02-30", "02/29/2027", "13/01/2027", "0000-00-00", "1980-04-177",
     "04/17/19801", "12/31/2027 or later", "1980-04-17T00:00", "tomorrow"],
)  # fmt: skip
def test_what_is_no_date_is_kept_as_typed_and_refused_with_an_example(code: str, typed: str) -> None:
    kept = clean(ALL_FIELDS[code], typed)
    assert kept == typed
    problem = said(code, kept)
    assert "for example" in problem or "at most 10 characters" in problem


@settings(deadline=None, max_examples=200)
@given(st.dates())
def test_every_day_is_read_back_from_both_forms(day: date) -> None:
    assert parse_day(day.isoformat()) == day
    assert parse_day(f"{day.month:02d}/{day.day:02d}/{day.year:04d}") == day


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=14))
def test_any_text_at_all_is_a_day_or_none(text: str) -> None:
    assert parse_day(text) is None or isinstance(parse_day(text), date)


@pytest.mark.parametrize(("typed", "good"), [
    ("1899-12-31", False), ("1900-01-01", False), ("1916-05-01", True), ("2008-01-01", True), ("2009-01-01", False),
    ("2026-03-02", False), ("2030-01-01", False),
])  # fmt: skip
def test_a_date_of_birth_is_that_of_a_grown_person_alive_today(typed: str, good: bool) -> None:
    answers = {**good_answers(ProviderType.LCSW), "birth_date": typed}
    assert ("birth_date" not in problems(provider_type(ProviderType.LCSW), answers, TODAY)) == good


def test_nobody_was_born_before_1900() -> None:
    assert "for example" in said("birth_date", "1899-12-31")
    assert said("birth_date", "1900-01-01") is None


@pytest.mark.parametrize(("days", "good"), [(-4000, False), (-1, False), (0, True), (1, True), (4000, True)])
@pytest.mark.parametrize("code", [ProviderType.LCSW, ProviderType.HOSPITAL])
def test_a_license_is_good_through_its_last_day(code: ProviderType, days: int, good: bool) -> None:
    expires_on = TODAY + timedelta(days=days)
    answers = {**good_answers(code), "licence_expires_on": expires_on.isoformat()}
    found = problems(provider_type(code), answers, TODAY)
    assert found == (
        {} if good else {"licence_expires_on": "This license has expired. Renew it first, then apply."}
    )


def test_the_rules_of_dates_hold_on_their_own_page_only() -> None:
    answers = {**good_answers(ProviderType.LCSW), "licence_expires_on": "2020-01-01"}
    row = provider_type(ProviderType.LCSW)
    assert "licence_expires_on" in problems(row, answers, TODAY, "license")
    assert problems(row, answers, TODAY, "identity") == {}


@settings(deadline=None, max_examples=150)
@given(st.dates(min_value=date(1900, 1, 1)))
def test_every_month_is_read_back_from_both_forms(day: date) -> None:
    first = day.replace(day=1)
    assert parse_month(f"{day:%Y-%m}") == parse_month(f"{day.month}/{day.year:04d}") == first


@pytest.mark.parametrize(
    ("text", "kept"),
    [("8-5", "8:00 am to 5:00 pm"), ("8am-5:30pm", "8:00 am to 5:30 pm"), ("08:00 to 17:00", "8:00 am to 5:00 pm"),
     ("9 a.m. – 12 p.m.", "9:00 am to 12:00 pm"), ("12 pm to 8 pm", "12:00 pm to 8:00 pm"), ("5 pm to 8 am", None)],
)  # fmt: skip
def test_office_hours_are_kept_in_one_form(text: str, kept: str | None) -> None:
    assert parse_hours(text) == kept
    assert kept is None or parse_hours(kept) == kept


# As answers are kept


@pytest.mark.parametrize(
    ("code", "typed", "kept"),
    [
        ("npi", " 155-859-8797 ", "1558598797"), ("npi", None, ""), ("tax_id", "71-3456789", "713456789"),
        ("tax_id", "71\u20113456789", "713456789"), ("dea_number", " bb1388568 ", "BB1388568"),
        ("city", "  Little Rock  ", "Little Rock"), ("city", None, ""), ("lines", None, []), ("lines", ["icf"], ["icf"]),
        ("contact_phone", " 501-555-0142 ", "501-555-0142"), ("birth_date", "", ""), ("first_licensed", "8/2005", "2005-08"),
    ],
)  # fmt: skip
def test_an_answer_is_kept_trimmed(code: str, typed: object, kept: object) -> None:
    assert clean(ALL_FIELDS[code], typed) == kept


@pytest.mark.parametrize(
    "sign", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u202e", "\u2066", "\ufeff", "\ud800"]
)
@pytest.mark.parametrize("code", ["city", "felony_explained", "contact_email", "lines"])
def test_signs_nobody_sees_are_not_kept(code: str, sign: str) -> None:
    """A database refuses some, a letter cannot print others, and some turn the reading direction around."""
    typed = f"a{sign}b"
    assert clean(ALL_FIELDS[code], [typed] if code == "lines" else typed) == (
        ["ab"] if code == "lines" else "ab"
    )


@pytest.mark.parametrize(
    ("code", "given_as", "kept", "read_as"),
    [("policy_per_claim", "$1,000,000.00", "1000000", "$1,000,000"), ("claim_amount", "0", "0", "$0"),
     ("job_began", "6/2021", "2021-06", "June 2021"), ("owner_tax_id", "43-1556209", "431556209", "Ending in 6209"),
     ("school_kind", "degree", "degree", "Degree"), ("owner_percent", "12.5 %", "12.5", "12.5%"), ("policy_per_claim", "a million", "a million", "a million")],
)  # fmt: skip
def test_an_answer_of_an_entry_is_kept_short_and_read_long(
    code: str, given_as: str, kept: str, read_as: str
) -> None:
    field = ENTRY_FIELDS[code]
    assert (clean(field, given_as), read(field, kept)) == (kept, read_as)
    assert field.entry is not Entry.MONTH or typed(field, kept) == "06/2021"


def test_lines_are_kept_in_an_explanation_and_become_spaces_elsewhere() -> None:
    assert clean(ALL_FIELDS["felony_explained"], "one\r\ntwo\tthree") == "one\ntwo three"
    assert clean(ALL_FIELDS["address"], "120 Elm\r\nSuite 4") == "120 Elm Suite 4"


@settings(deadline=None, max_examples=150)
@given(code=st.sampled_from(sorted(ALL_FIELDS)), typed=st.text(max_size=40))
def test_what_is_kept_stays_the_same_when_kept_again(code: str, typed: str) -> None:
    field = ALL_FIELDS[code]
    kept = clean(field, [typed] if field.entry is Entry.CHOICES else typed)
    assert clean(field, kept) == kept


@settings(deadline=None, max_examples=150)
@given(code=st.sampled_from(sorted(ALL_FIELDS)), typed=st.text(max_size=120))
def test_any_answer_at_all_is_good_or_gets_one_sentence(code: str, typed: str) -> None:
    problem = said(code, typed)
    assert problem is None or (problem[0].isupper() and problem.endswith("."))


# The lists to choose from


def test_there_are_seventy_five_counties_fifty_states_and_the_district() -> None:
    assert len(COUNTIES) == len(set(COUNTIES)) == 75
    assert OTHER_COUNTY not in COUNTIES
    assert len(STATES) == len(set(STATES)) == 51
    assert all(len(state) == 2 for state in STATES)
    assert LINES


def test_every_field_code_is_unique_among_all() -> None:
    codes = [field.code for field in FIELDS]
    assert len(codes) == len(set(codes))
