"""Screening: clear only when we really looked; everything that may be the applicant waits for a person, once."""

import secrets
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.errors import BadInput, Conflict, NotAllowed
from onboarding.extensions import committed, db
from onboarding.models import (
    Application,
    AuditEvent,
    ExclusionMatch,
    Organization,
    Practitioner,
    Screening,
    Staff,
)
from onboarding.policy import guards
from onboarding.policy.file import Request
from onboarding.policy.people import CLOCK, Actor
from onboarding.policy.vocabulary import (
    Action,
    MatchResolution,
    MatchVerdict,
    ProviderKind,
    ProviderType,
    Role,
    ScreeningOutcome,
    Status,
)
from onboarding.queries import exclusions as exclusion_queries
from onboarding.queries.files import LEIE, find_screening, get_application, get_credentialing_file
from onboarding.services import screening as screening_service
from onboarding.services.apply import start_draft
from onboarding.services.exclusions import check_exclusion_file, import_exclusion_list
from onboarding.services.screening import resolve_match, screen_application
from tests.support.leie import business, person, write_list

pytestmark = pytest.mark.usefixtures("app")

NPI, OTHER_NPI = "2000000002", "2111111110"
CLEAR, POSSIBLE, NOT_CHECKED = ScreeningOutcome.CLEAR, ScreeningOutcome.POSSIBLE, ScreeningOutcome.NOT_CHECKED
REQUEST = Request(Action.APPROVE, frozenset())
REASON = "The middle name and the address differ."


@pytest.fixture
def bring(tmp_path: Path):
    def brought(*lines: str) -> None:
        checked = check_exclusion_file(LEIE, write_list(tmp_path / "list.csv", lines))
        with committed():
            import_exclusion_list(checked, actor=CLOCK)

    return brought


@pytest.fixture
def specialist() -> Actor:
    with committed() as session:
        staff = Staff(name="Ada Vale", email="ada@plan.example", password="-", fs_uniquifier="ada")
        session.add(staff)
        session.flush()
        return Actor(staff.id, staff.name, frozenset({Role.SPECIALIST}))


def practitioner(legal_name: str = "Holloway Family Care LLC", **values: object) -> Application:
    facts = {
        "npi": NPI,
        "first_name": "William",
        "last_name": "Holloway",
        "birth_date": "1971-04-09",
        **values,
    }
    with committed():
        application = start_draft(ProviderKind.BEHAVIORAL_HEALTH, ProviderType.LCSW)
        application.status, application.tax_id_digest = Status.VERIFYING, secrets.token_hex(8)  # as if sent
        application.practitioner = Practitioner(**facts)
        application.form.legal_name = legal_name
    return application


def organization(**values: object) -> Application:
    facts = {"npi": OTHER_NPI, "legal_name": "Bluebird Care, LLC", "trade_name": "", **values}
    with committed():
        application = start_draft(ProviderKind.HCBS, ProviderType.HCBS_PROVIDER)
        application.status, application.tax_id_digest = Status.VERIFYING, secrets.token_hex(8)
        application.organization = Organization(**facts)
        application.form.legal_name = str(facts["legal_name"])
    return application


def screen(application: Application, actor: Actor = CLOCK) -> Screening:
    with committed():
        return screen_application(application, actor)


def guard_says(name: str, application: Application) -> list[str]:
    return guards.GUARDS[name](get_credentialing_file(get_application(application.id)), REQUEST)


def test_nobody_on_the_list_is_clear(bring, specialist: Actor) -> None:
    bring(person("WREN", "CAL", "19500101"))
    screening = screen(practitioner(), specialist)
    assert (screening.outcome, screening.reason, screening.matches) == (CLEAR, "", [])
    assert screening.screened_by_id == specialist.id
    assert screening.screened_on == date(2026, 3, 2)
    assert screening.exclusion_list is not None


def test_without_a_list_nobody_is_clear(specialist: Actor) -> None:
    application = practitioner()
    screening = screen(application, specialist)
    assert (screening.outcome, screening.exclusion_list) == (NOT_CHECKED, None)
    assert screening.reason == "No OIG LEIE list has been imported."
    assert guard_says("screening_done", application)


def test_a_stale_list_is_not_checked_and_blocks(bring, app: Flask) -> None:
    bring(person("WREN", "CAL"))
    application = practitioner()
    app.config["TODAY"] = date(2026, 4, 6)
    assert screen(application).outcome is CLEAR
    assert guard_says("screening_done", application) == []
    app.config["TODAY"] = date(2026, 4, 7)
    screening = screen(application)
    assert screening.outcome is NOT_CHECKED
    assert "older than 35 days" in screening.reason
    assert guard_says("screening_done", application)


def test_looking_at_an_old_file_again_does_not_make_it_fresh(bring, app: Flask) -> None:
    bring(person("WREN", "CAL"))
    application = practitioner()
    app.config["TODAY"] = date(2026, 4, 20)
    bring(person("WREN", "CAL"))
    assert screen(application).outcome is NOT_CHECKED


def test_a_match_is_kept_with_the_record_as_it_stood_and_why(bring) -> None:
    bring(person("HOLLOWAY", "BILL", "19710409", WAIVERDATE="20210102", WVRSTATE="AR"))
    screening = screen(practitioner())
    assert screening.outcome is POSSIBLE
    (match,) = screening.matches
    assert match.verdict is MatchVerdict.MATCH
    assert "forms of one; same date of birth; no NPI on the list." in match.why
    assert "waiver for AR" in match.why
    assert match.record["last_name"] == "HOLLOWAY"
    assert match.record["birth_date"] == "1971-04-09"
    assert match.record["waiver_on"] == "2021-01-02"
    assert match.record["excluded_on"] == "2020-03-19"


def test_matches_come_before_suspicions_and_others_are_not_kept(bring) -> None:
    bring(
        person("HOLLOWAY", "WILLIAM"),
        person("HOLLOWAY", "WILLIAM", "19500101"),
        person("SOMEBODY", "ELSE", NPI=NPI),
        business("HOLLOWAY FAMILY CARE PA"),
    )
    screening = screen(practitioner())
    assert [match.verdict for match in screening.matches] == [MatchVerdict.MATCH] + [
        MatchVerdict.SUSPECTED
    ] * 2
    assert [match.record["last_name"] for match in screening.matches] == ["SOMEBODY", "HOLLOWAY", ""]


def test_the_same_name_born_on_another_day_is_clear(bring) -> None:
    bring(person("HOLLOWAY", "WILLIAM", "19500101"))
    assert screen(practitioner()).outcome is CLEAR


def test_an_organization_is_screened_by_npi_legal_name_and_trade_name(bring) -> None:
    bring(business("BLUEBIRD CARE INC"), business("REDWING HOUSE"), business("WREN CARE", NPI=OTHER_NPI))
    assert len(screen(organization(trade_name="Redwing House")).matches) == 3
    assert screen(organization(npi=NPI, legal_name="Heron Care")).outcome is CLEAR


def test_nothing_to_compare_is_not_checked(bring) -> None:
    bring(person("WREN", "CAL"))
    screening = screen(practitioner(npi="", last_name="-", first_name="-", legal_name=""))
    assert screening.outcome is NOT_CHECKED
    assert "neither an NPI nor a name" in screening.reason


def test_more_records_than_can_be_read_is_not_checked(bring, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (exclusion_queries, screening_service):
        monkeypatch.setattr(module, "MOST_CANDIDATES", 3)
    bring(*[person("HOLLOWAY", "WILLIAM", CITY=f"TOWN {number}") for number in range(9)])
    screening = screen(practitioner())
    assert (screening.outcome, screening.matches) == (NOT_CHECKED, [])
    assert "by hand" in screening.reason


def test_a_list_replaced_while_we_search_is_searched_again(bring, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(person("HOLLOWAY", "WILLIAM", "19710409"))
    current = exclusion_queries.find_current_list(LEIE)
    stale = type("Old", (), {"id": 99, "imported_on": date(2026, 3, 2)})()
    answers = [stale, current, current, current]
    monkeypatch.setattr(screening_service, "find_current_list", lambda source: answers.pop(0))
    assert screen(practitioner()).outcome is POSSIBLE
    assert answers == []


def test_a_screening_is_in_the_history_and_names_no_birth_date(bring, specialist: Actor) -> None:
    bring(person("HOLLOWAY", "WILLIAM", "19710409"))
    application = practitioner()
    version = application.version
    screen(application, specialist)
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.actor, event.application_id) == ("screen", "Ada Vale", application.id)
    assert event.what == "Exclusion screening: 1 possible match in the OIG LEIE"
    assert "1971" not in f"{event.what}{event.why}{event.details}"
    assert application.version == version + 1


def test_a_possible_match_blocks_until_a_person_rules_it_out(bring, specialist: Actor) -> None:
    bring(person("HOLLOWAY", "WILLIAM"))
    application = practitioner()
    (match,) = screen(application, specialist).matches
    assert guard_says("matches_resolved", application)
    with committed():
        resolve_match(match, specialist, MatchResolution.DIFFERENT, f"  {REASON}  ")
    assert (match.resolution, match.resolved_by_id, match.reason) == (
        MatchResolution.DIFFERENT,
        specialist.id,
        REASON,
    )
    assert match.resolved_at is not None
    assert guard_says("matches_resolved", application) == []
    assert guard_says("not_excluded", application) == []
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.why, event.application_id) == ("resolve_match", REASON, application.id)


def test_a_confirmed_match_can_be_approved_by_nobody(bring, specialist: Actor) -> None:
    bring(person("HOLLOWAY", "WILLIAM", "19710409"))
    application = practitioner()
    (match,) = screen(application).matches
    with committed():
        resolve_match(match, specialist, MatchResolution.SAME, REASON)
    assert guard_says("not_excluded", application)


@pytest.mark.parametrize("reason", ["", "different", "   too few   ", "x" * 501])
def test_a_resolution_needs_a_reason_of_bearable_length(bring, specialist: Actor, reason: str) -> None:
    bring(person("HOLLOWAY", "WILLIAM"))
    (match,) = screen(practitioner()).matches
    with pytest.raises(BadInput) as refusal, committed():
        resolve_match(match, specialist, MatchResolution.DIFFERENT, reason)
    assert "reason" in refusal.value.fields
    assert match.resolution is None


def test_a_match_is_resolved_once(bring, specialist: Actor) -> None:
    bring(person("HOLLOWAY", "WILLIAM"))
    (match,) = screen(practitioner()).matches
    with committed():
        resolve_match(match, specialist, MatchResolution.SAME, REASON)
    with pytest.raises(Conflict), committed():
        resolve_match(match, specialist, MatchResolution.DIFFERENT, REASON)
    assert match.resolution is MatchResolution.SAME


def test_no_machine_resolves_a_match(bring) -> None:
    bring(person("HOLLOWAY", "WILLIAM"))
    (match,) = screen(practitioner()).matches
    with pytest.raises(NotAllowed), committed():
        resolve_match(match, CLOCK, MatchResolution.DIFFERENT, REASON)


def test_the_latest_screening_counts(bring, specialist: Actor) -> None:
    bring(person("HOLLOWAY", "WILLIAM"))
    application = practitioner()
    first = screen(application)
    bring(person("WREN", "CAL"))
    second = screen(application, specialist)
    assert find_screening(application) == second
    assert second.outcome is CLEAR
    assert db.session.get(ExclusionMatch, first.matches[0].id) is not None
