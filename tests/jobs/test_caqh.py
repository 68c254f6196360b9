"""The clock speaks with CAQH: puts applicants on our roster, asks about them, and never takes silence for a yes."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from onboarding.config import Settings
from onboarding.errors import NotReady
from onboarding.extensions import committed, db
from onboarding.jobs import caqh as job
from onboarding.models import Application, AuditEvent, Authorization, CaqhRosterEntry, Letter
from onboarding.policy.caqh import ProviderStatus, RosterState
from onboarding.policy.file import Request
from onboarding.policy.guards import authorization_confirmed, verifier_is_not_decider
from onboarding.policy.vocabulary import Action, AuthorizationSource, LetterKind, ProviderType, Role, Status
from onboarding.queries.files import get_application, get_credentialing_file
from onboarding.services import caqh_roster
from tests.conftest import TODAY
from tests.support.caqh_server import ORGANIZATION, PASSWORD, USER, Caqh, caqh_server
from tests.support.cases import (
    accept_all,
    authorize,
    coordinator,
    make_case,
    on_day,
    specialist,
    step,
    upload_all,
)

WANDA, OTHER = "14203377", "14203378"


@pytest.fixture(scope="module")
def running() -> Iterator[Caqh]:
    with caqh_server() as server:
        yield server


@pytest.fixture
def caqh(running: Caqh) -> Caqh:
    running.__dict__.update(Caqh(url=running.url).__dict__)
    return running


@pytest.fixture
def contract(settings: Settings, caqh: Caqh) -> Settings:
    values = {"caqh_url": caqh.url, "caqh_organization_id": ORGANIZATION, "caqh_user": USER}
    return settings.model_copy(update={**values, "caqh_password": type(settings.caqh_password)(PASSWORD)})


def known(caqh: Caqh, application: Application, **facts: object) -> None:
    """This applicant has an application at CAQH."""
    assert application.practitioner is not None
    caqh.add(application.practitioner.caqh_number, npi=application.npi, last_name="Fabel", **facts)


def entry(application: Application) -> CaqhRosterEntry:
    query = select(CaqhRosterEntry).where(CaqhRosterEntry.application_id == application.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def authorizations(application: Application) -> list[Authorization]:
    query = select(Authorization).where(Authorization.application_id == application.id)
    return list(
        db.session.scalars(query.order_by(Authorization.id).execution_options(populate_existing=True))
    )


def letters(kind: LetterKind) -> int:
    return db.session.scalar(select(func.count()).select_from(Letter).where(Letter.kind == kind)) or 0


def unconfirmed(application: Application) -> list[str]:
    file = get_credentialing_file(get_application(application.id))
    return authorization_confirmed(file, Request(Action.COMPLETE_FILE, frozenset()))


def joined(caqh: Caqh, contract: Settings, **facts: object) -> Application:
    """An applicant on our roster whom CAQH has answered about."""
    application = make_case(Status.GATHERING)
    known(caqh, application, **facts)
    job.sync_caqh(contract)
    job.sync_caqh(contract)
    return application


def test_without_a_contract_nothing_is_asked_and_no_entry_is_made(app: Flask, settings: Settings) -> None:
    make_case(Status.GATHERING)
    assert job.sync_caqh(settings) == {}
    assert db.session.scalar(select(func.count()).select_from(CaqhRosterEntry)) == 0


def test_an_applicant_is_put_on_the_roster_and_the_answer_confirms_the_authorization(
    app: Flask, caqh: Caqh, contract: Settings
) -> None:
    application = make_case(Status.GATHERING)
    known(caqh, application)
    assert unconfirmed(application)
    assert job.sync_caqh(contract)["taken_up"] == 1
    assert (entry(application).state, entry(application).batch_id) == (RosterState.SENT, "batch-1")
    assert authorizations(application) == []
    job.sync_caqh(contract)
    assert entry(application).state is RosterState.ON_ROSTER
    (row,) = authorizations(application)
    assert (row.source, row.recorded_by_id) == (AuthorizationSource.CAQH, None)
    assert (row.plan_listed, row.attested_on) == (True, date(2026, 2, 20))
    assert row.provider_status is ProviderStatus.RE_ATTESTATION
    assert (row.answer or {})["caqh_number"] == WANDA
    assert unconfirmed(application) == []


def test_a_batch_that_takes_its_time_is_asked_about_until_it_is_ready(
    app: Flask, caqh: Caqh, contract: Settings
) -> None:
    caqh.looks_until_ready = 3
    application = make_case(Status.GATHERING)
    known(caqh, application)
    for _ in range(3):
        job.sync_caqh(contract)
        assert entry(application).state is RosterState.SENT
    job.sync_caqh(contract)
    assert entry(application).state is RosterState.ON_ROSTER
    assert len([body for body in caqh.requests("API/Roster") if isinstance(body, list)]) == 1


def test_a_batch_without_result_for_days_is_sent_again(app: Flask, caqh: Caqh, contract: Settings) -> None:
    caqh.looks_until_ready = 99
    application = make_case(Status.GATHERING)
    known(caqh, application)
    job.sync_caqh(contract)
    with on_day(TODAY + timedelta(days=4)):
        job.sync_caqh(contract)
    assert entry(application).batch_id == "batch-2"


def test_a_provider_is_asked_about_once_a_day_however_often_the_clock_runs(
    app: Flask, caqh: Caqh, contract: Settings
) -> None:
    application = joined(caqh, contract)
    for _ in range(5):
        job.sync_caqh(contract)
    assert len(caqh.requests("providerstatus")) == 1
    with on_day(TODAY + timedelta(days=1)):
        job.sync_caqh(contract)
        job.sync_caqh(contract)
    assert len(caqh.requests("providerstatus")) == 2
    assert len(authorizations(application)) == 1, "the same answer is not recorded again"


def test_what_caqh_refuses_is_kept_word_for_word_and_tried_again_in_a_week(
    app: Flask, caqh: Caqh, contract: Settings
) -> None:
    application = make_case(Status.GATHERING)
    known(
        caqh, application, exceptions="Warning: middle name differs; see the profile;Invalid License_Number"
    )
    job.sync_caqh(contract)
    job.sync_caqh(contract)
    found = entry(application)
    assert found.state is RosterState.REFUSED
    assert found.exceptions == ["Warning: middle name differs; see the profile", "Invalid License_Number"]
    caqh.providers[WANDA].exceptions = ""
    job.sync_caqh(contract)
    assert entry(application).state is RosterState.REFUSED
    with on_day(TODAY + timedelta(days=7)):
        job.sync_caqh(contract)
        job.sync_caqh(contract)
    assert entry(application).state is RosterState.ON_ROSTER


def test_a_warning_alone_and_already_on_the_roster_are_no_refusal(
    app: Flask, caqh: Caqh, contract: Settings
) -> None:
    caqh.roster.add(OTHER)
    first, second = make_case(Status.GATHERING), make_case(Status.VERIFYING, caqh_number=OTHER)
    known(caqh, first, exceptions="Warning: middle name differs; see the profile")
    known(caqh, second)
    job.sync_caqh(contract)
    job.sync_caqh(contract)
    assert {entry(first).state, entry(second).state} == {RosterState.ON_ROSTER}


def test_a_number_that_belongs_to_somebody_else_is_refused_and_never_asked_about(
    app: Flask, caqh: Caqh, contract: Settings
) -> None:
    application = make_case(Status.GATHERING)
    caqh.add(WANDA, npi="1003000126", last_name="Osgood")
    job.sync_caqh(contract)
    job.sync_caqh(contract)
    assert entry(application).exceptions == [caqh_roster.OTHER_NPI]
    assert caqh.requests("providerstatus") == []


def test_an_application_without_a_caqh_number_is_shown_to_staff_and_not_sent(
    app: Flask, caqh: Caqh, contract: Settings
) -> None:
    application = make_case(Status.GATHERING)
    with committed():
        file = get_application(application.id, for_change=True)
        assert file.practitioner is not None
        file.practitioner.caqh_number = ""
    job.sync_caqh(contract)
    assert entry(application).exceptions == [caqh_roster.NO_NUMBER]
    assert caqh.asked == []


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.WITHDRAWN, Status.PARTICIPATING])
def test_only_who_is_being_credentialed_is_put_on_the_roster(
    app: Flask, caqh: Caqh, contract: Settings, status: Status
) -> None:
    make_case(status)
    make_case(Status.GATHERING, ProviderType.MD)
    make_case(Status.GATHERING, ProviderType.HCBS_PROVIDER)
    job.sync_caqh(contract)
    assert caqh.asked == []


@pytest.mark.parametrize("fault", ["401", "503", "html"])
def test_no_answer_is_not_checked_and_is_neither_a_yes_nor_lost(
    app: Flask, caqh: Caqh, contract: Settings, fault: str
) -> None:
    application = joined(caqh, contract)
    with on_day(TODAY + timedelta(days=1)):
        caqh.fault = fault
        done = job.sync_caqh(contract)
        assert done["not_checked"] == 1
        assert entry(application).trouble.startswith("CAQH")
        assert len(authorizations(application)) == 1
        assert unconfirmed(application) == [], "what was known stays known"
        assert not job.sync_caqh(contract).get("not_checked"), "and is not asked again at once"
    caqh.fault = ""
    caqh.providers[WANDA].status_date = "20260302"
    with on_day(TODAY + timedelta(days=2)):
        job.sync_caqh(contract)
    assert entry(application).trouble == ""
    assert authorizations(application)[-1].attested_on == date(2026, 3, 2)


def test_when_the_service_is_down_only_one_provider_is_tried_in_a_run(
    app: Flask, caqh: Caqh, contract: Settings
) -> None:
    first, second = make_case(Status.GATHERING), make_case(Status.GATHERING, caqh_number=OTHER)
    known(caqh, first)
    known(caqh, second)
    job.sync_caqh(contract)
    caqh.asked.clear()
    with on_day(TODAY + timedelta(days=1)):
        caqh.fault = "503"
        job.sync_caqh(contract)
    assert len(caqh.asked) == 1


def test_one_provider_caqh_cannot_take_does_not_keep_the_others_off(
    app: Flask, caqh: Caqh, contract: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_case(Status.GATHERING), make_case(Status.GATHERING, caqh_number=OTHER)
    known(caqh, first)
    known(caqh, second)
    taken = Caqh._add

    def picky(self: Caqh, body: list[dict[str, str]]) -> tuple[int, object]:
        bad = any(row["caqh_provider_id"] == WANDA for row in body)
        return (400, {"Message": "Bad request"}) if bad else taken(self, body)

    monkeypatch.setattr(Caqh, "_add", picky)
    job.sync_caqh(contract)
    assert entry(second).state is RosterState.SENT
    assert (entry(first).state, entry(first).trouble) == (
        RosterState.TO_ADD,
        "CAQH answered with an error (400).",
    )


def test_a_run_that_stopped_half_way_is_taken_up_again(app: Flask, caqh: Caqh, contract: Settings) -> None:
    application = make_case(Status.GATHERING)
    known(caqh, application)
    with committed():
        caqh_roster.take_up_applicants()
        assert caqh_roster.claim_additions(10)
    job.sync_caqh(contract)
    assert entry(application).state is RosterState.TO_ADD, "the lease of the lost run still stands"
    with committed():
        entry(application).next_at -= caqh_roster.LEASE
    job.sync_caqh(contract)
    assert entry(application).state is RosterState.SENT


@pytest.mark.parametrize("how", ["flag", "gone", "off the roster"])
def test_authorization_withdrawn_is_noticed_once_and_blocks_the_file(
    app: Flask, caqh: Caqh, contract: Settings, how: str
) -> None:
    application = joined(caqh, contract)
    assert unconfirmed(application) == []
    if how == "flag":
        caqh.providers[WANDA].authorized = False
    elif how == "gone":
        del caqh.providers[WANDA]
    else:
        caqh.roster.clear()
    for days in range(1, 4):
        with on_day(TODAY + timedelta(days=days)):
            for _ in range(3):
                job.sync_caqh(contract)
                if how == "off the roster":
                    caqh.roster.clear()
    assert letters(LetterKind.CAQH_WITHDRAWN) == 1
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "caqh_withdrawn")).all()
    assert [(event.actor, event.application_id) for event in events] == [("Clock", application.id)]
    with on_day(TODAY + timedelta(days=3)):
        assert "CareSource Management Group is not listed" in unconfirmed(application)[0]
        upload_all(application)
        accept_all(application)
        with pytest.raises(NotReady, match="CareSource Management Group is not listed"):
            step(application, Action.COMPLETE_FILE, specialist())


def test_what_was_never_authorized_was_not_withdrawn(app: Flask, caqh: Caqh, contract: Settings) -> None:
    application = joined(caqh, contract, authorized=False)
    assert [row.plan_listed for row in authorizations(application)] == [False]
    assert letters(LetterKind.CAQH_WITHDRAWN) == 0


def test_what_staff_saw_is_overtaken_by_what_caqh_says(app: Flask, caqh: Caqh, contract: Settings) -> None:
    application = make_case(Status.GATHERING)
    authorize(application)
    known(caqh, application, authorized=False)
    job.sync_caqh(contract)
    job.sync_caqh(contract)
    assert [row.source for row in authorizations(application)] == [
        AuthorizationSource.STAFF,
        AuthorizationSource.CAQH,
    ]
    assert letters(LetterKind.CAQH_WITHDRAWN) == 1


def test_an_expired_attestation_blocks_and_keeps_the_last_known_day(
    app: Flask, caqh: Caqh, contract: Settings
) -> None:
    application = joined(caqh, contract)
    caqh.providers[WANDA].status, caqh.providers[WANDA].status_date = "Expired Attestation", "20260302"
    with on_day(TODAY + timedelta(days=1)):
        job.sync_caqh(contract)
        assert "expired" in unconfirmed(application)[0]
    assert authorizations(application)[-1].attested_on == date(2026, 2, 20)


def test_an_answer_that_still_blocks_is_noted_weekly_and_no_oftener(
    app: Flask, caqh: Caqh, contract: Settings
) -> None:
    application = joined(caqh, contract, authorized=False)
    for days in range(1, 15):
        with on_day(TODAY + timedelta(days=days)):
            job.sync_caqh(contract)
    assert len(authorizations(application)) == 3


def test_nobodys_hand_is_in_what_caqh_answered_and_a_persons_is_in_what_they_recorded(
    app: Flask, caqh: Caqh, contract: Settings
) -> None:
    who = coordinator()
    by_machine, by_hand = joined(caqh, contract), make_case(Status.GATHERING, caqh_number=OTHER)
    authorize(by_hand)
    request = Request(Action.APPROVE_CLEAN_FILE, frozenset({Role.MEDICAL_DIRECTOR}), who.id)
    assert verifier_is_not_decider(get_credentialing_file(get_application(by_machine.id)), request) == []
    recorder = Request(Action.APPROVE_CLEAN_FILE, frozenset({Role.MEDICAL_DIRECTOR}), specialist().id)
    assert verifier_is_not_decider(get_credentialing_file(get_application(by_hand.id)), recorder)
    assert None not in get_credentialing_file(get_application(by_machine.id)).evidence_by


def test_who_has_left_is_taken_off_the_roster(app: Flask, caqh: Caqh, contract: Settings) -> None:
    application = joined(caqh, contract)
    assert caqh.roster == {WANDA}
    step(application, Action.WITHDRAW, coordinator(), reason="The applicant moved away.")
    job.sync_caqh(contract)
    job.sync_caqh(contract)
    assert caqh.roster == set()
    assert entry(application).state is RosterState.REMOVED
    assert len(caqh.requests("Deroster")) == 1


def test_who_is_still_wanted_by_another_application_stays_on_the_roster(
    app: Flask, caqh: Caqh, contract: Settings
) -> None:
    application, other = joined(caqh, contract), make_case(Status.GATHERING)
    job.sync_caqh(contract)
    step(application, Action.WITHDRAW, coordinator(), reason="Sent twice by mistake.")
    job.sync_caqh(contract)
    assert (entry(application).state, caqh.roster) == (RosterState.REMOVED, {WANDA})
    assert entry(other).state is not RosterState.REMOVED


def test_a_provider_in_the_network_is_asked_about_weekly(app: Flask, caqh: Caqh, contract: Settings) -> None:
    application = joined(caqh, contract)
    with committed():
        get_application(application.id, for_change=True).status = Status.PARTICIPATING
    asked = []
    for days in range(1, 30):
        with on_day(TODAY + timedelta(days=days)):
            before = len(caqh.requests("providerstatus"))
            job.sync_caqh(contract)
            asked += [days] * (len(caqh.requests("providerstatus")) - before)
    assert asked == [1, 8, 15, 22, 29]
