"""What the applicant is told where CAQH itself answered: what to do, or that it is ours to look into."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import AuditEvent
from onboarding.policy.caqh import CaqhAnswer, ProviderStatus, RosterStatus, Standing, status_row
from onboarding.policy.people import CLOCK
from onboarding.policy.vocabulary import LetterKind, Status
from onboarding.queries.files import get_application, list_letters
from onboarding.queries.status import find_status_view
from onboarding.services.authorizations import record_caqh_answer
from onboarding.web.status_words import StatusPage, status_page
from tests.support.cases import authorize, make_case


def page_after(*answers: CaqhAnswer) -> StatusPage:
    """The status page of an applicant about whom CAQH gave these answers."""
    application = make_case(Status.GATHERING)
    with committed():
        for answer in answers:
            record_caqh_answer(get_application(application.id, for_change=True), CLOCK, answer)
    return status_page(find_status_view(application.id))


def answer(status: ProviderStatus, *, authorized: bool = True) -> CaqhAnswer:
    return CaqhAnswer(status, RosterStatus.ACTIVE, authorized, today() - timedelta(days=5), "14203377")


@pytest.mark.parametrize(
    ("status", "says", "theirs"),
    [
        (ProviderStatus.RE_ATTESTATION, "your attestation is good until", False),
        (ProviderStatus.EXPIRED_ATTESTATION, "Your CAQH application is not ready to be read.", True),
        (ProviderStatus.PROVIDER_RETIRED, "There is nothing for you to do now.", False),
    ],
)
def test_each_standing_is_said_and_only_what_is_theirs_is_awaited_of_them(
    app: Flask, status: ProviderStatus, says: str, theirs: bool
) -> None:
    page = page_after(answer(status))
    assert page.authorization is not None
    assert says in page.authorization.says
    assert page.authorization.confirmed is (status_row(status).standing is Standing.ATTESTED)
    assert (page.authorization.says in page.awaited) is theirs


def test_a_withdrawn_authorization_is_awaited_of_them(app: Flask) -> None:
    page = page_after(
        answer(ProviderStatus.RE_ATTESTATION), answer(ProviderStatus.RE_ATTESTATION, authorized=False)
    )
    assert (
        "CareSource Management Group is not on your list in CAQH. Add it on the Authorization tab."
        in page.awaited
    )


def test_an_authorization_that_staff_find_gone_is_told_once_and_stands_in_the_history(app: Flask) -> None:
    application = make_case(Status.GATHERING)
    for listed in (True, False, False):
        authorize(application, plan_listed=listed)
    kinds = [letter.kind for letter in list_letters(application.id)]
    assert kinds.count(LetterKind.CAQH_WITHDRAWN) == 1
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "caqh_withdrawn")).all()
    assert [event.actor for event in events] == ["Rosa Delgado"]
