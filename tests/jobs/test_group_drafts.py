"""The end of many drafts of one group is told in one mail to its contact."""

from datetime import timedelta

from flask import Flask

from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs import sweeps
from onboarding.jobs.rosters import work_on_rosters
from onboarding.models import Letter
from onboarding.policy.deadlines import clock
from onboarding.policy.vocabulary import LetterKind, Status
from onboarding.queries.files import get_application
from onboarding.services.apply import save_answers
from tests.conftest import TODAY
from tests.support.cases import on_day
from tests.support.mails import mail_leaves, text_of
from tests.support.rosters import csv_bytes, have_imported, make_group, members, people, send_roster, table


def kept_days() -> int:
    return clock("draft_kept", TODAY).amount


def told() -> list[tuple[int, LetterKind, int]]:
    """Of each notice: about whom, which, and how many drafts."""
    letters = db.session.query(Letter).filter(Letter.kind.in_(("draft_expires", "drafts_expire"))).all()
    return [(letter.application_id, letter.kind, letter.facts.get("drafts", 1)) for letter in letters]


def test_a_group_gets_one_mail_for_all_its_drafts_and_each_is_kept_until_the_day_it_names(
    app: Flask, settings: Settings
) -> None:
    group = make_group(organization_name="Ouachita Hollow Care, LLC", tax_id="714556203")
    roster = send_roster(group, csv_bytes(table(people(4))), settings)
    work_on_rosters(settings)
    have_imported(group, roster)
    work_on_rosters(settings)
    own, changed = (member.id for member in members()[:2])
    group_id, address = group.id, group.form.email_on_file
    with committed():
        save_answers(get_application(own, for_change=True), {"contact_email": "alma@alder.example"})
    with on_day(TODAY + timedelta(days=30)), committed():
        save_answers(get_application(changed, for_change=True), {"first_name": "Ada"})
    with on_day(TODAY + timedelta(days=kept_days() - 3)):
        assert sweeps.tell_of_deletion(settings) == {"notices": 2}
        assert sweeps.tell_of_deletion(settings) == {"notices": 0}
        mails = {str(mail["To"]): " ".join(text_of(mail).split()) for mail in mail_leaves().mails}
    assert sorted(told()) == sorted(
        [(own, LetterKind.DRAFT_EXPIRES, 1), (group_id, LetterKind.DRAFTS_EXPIRE, 2)]
    )
    mail = next(text for to, text in mails.items() if address in to and "your roster" in text)
    assert "2 practitioners of Ouachita Hollow Care, LLC have an application" in mail
    assert "/roster/practitioners?awaits=you" in mail and "first of them until May 1, 2026" in mail
    with on_day(TODAY + timedelta(days=kept_days())):
        assert sweeps.expire_drafts(settings) == {"expired": 0}
    with on_day(TODAY + timedelta(days=kept_days() + 1)):
        assert sweeps.expire_drafts(settings) == {"expired": 3}
    assert get_application(changed).status is Status.DRAFT
