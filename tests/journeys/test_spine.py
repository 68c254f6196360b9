"""The whole story, page by page: from the first visit to the welcome letter, payment, and the reminder three years on."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from onboarding.clock import today
from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs.runner import tick
from onboarding.models import Application, Letter, Participation
from onboarding.policy.contract_form import fields_for, pages_for
from onboarding.policy.documents import outstanding
from onboarding.policy.provider_types import provider_type
from onboarding.policy.verifications import required
from onboarding.policy.vocabulary import LetterKind, ProviderType, Role, Status, VoteChoice
from onboarding.queries.files import get_application, get_credentialing_file
from tests.conftest import TODAY
from tests.support.cases import PASSWORD, import_list, make_staff, meeting_on, vote
from tests.support.files import jpeg_bytes, pdf_bytes, png_bytes
from tests.support.mails import code_of
from tests.support.people import contract_answers, signature
from tests.support.visitor import Visitor

FILES = [(pdf_bytes("Certificate"), "scan.pdf"), (jpeg_bytes(), "photo.jpg"), (png_bytes(), "screen.png")]


def sign_in(app: Flask, role: Role, name: str) -> Visitor:
    staff = make_staff(role, name=name)
    visitor = Visitor(app)
    visitor.go("/staff/sign-in")
    visitor.send("sign-in", email=staff.email, password=PASSWORD)
    return visitor


def apply(app: Flask, code: ProviderType, kind: str, **changes: str) -> tuple[Visitor, Application]:
    """Everything an applicant does until the Application ID is shown."""
    answers = contract_answers(code, **changes)
    visitor = Visitor(app)
    visitor.go("/")
    visitor.send("/start", kind=kind)
    visitor.send("^/apply", provider_type=code.value)
    row = provider_type(code)
    for page in pages_for(row):
        if not page.when(answers, today()):
            continue
        for entry in answers.get(page.group.code, ()) if page.group else ():
            visitor.go(f"/apply/{page.code}/new")
            visitor.send("^/apply", **{name: entry[name] for name in entry if name != "id"})
        visitor.go(f"/apply/{page.code}")
        fields = fields_for(row, page.code)
        visitor.send("^/apply", **{field.code: answers.get(field.code, "") for field in fields})
    assert visitor.address == "/apply/list", visitor.read[:400]
    visitor.go("/apply/background")
    visitor.send("^/apply", languages=["Marshallese"])
    visitor.send("^/apply", signature=signature(answers), agreed="y")
    assert visitor.address == "/apply/done"
    shown = re.search(r"(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}", visitor.read)
    assert shown, visitor.read
    application = (
        db.session.scalars(select(Application).where(Application.public_id == shown[0])).unique().one()
    )
    return visitor, application


def look_up(app: Flask, application_id: int) -> Visitor:
    application = reload(application_id)
    npi, public_id = application.npi, application.public_id
    visitor = Visitor(app)
    visitor.go("/status")
    visitor.send("/status$", npi=npi, application_id=public_id)
    return visitor


def come_in(app: Flask, application_id: int) -> Visitor:
    """Beyond the short view: with the code that is mailed."""
    visitor = look_up(app, application_id)
    visitor.go("/status/code")
    visitor.send("/status/code$")
    visitor.send("/code/enter", code=code_of(reload(application_id)))
    return visitor


def step(visitor: Visitor, application_id: int, action: str, **values: object) -> None:
    visitor.go(f"/staff/applications/{application_id}")
    visitor.send(f"/steps/{action}$", **values)


def reload(application_id: int) -> Application:
    db.session.rollback()
    return get_application(application_id)


def send_documents(app: Flask, application: Application) -> None:
    owed = [item.row for item in outstanding(get_credentialing_file(application))]
    for number, row in enumerate(owed):
        visitor = look_up(app, application.id)
        expires = {"expires_on": "12/31/2027"} if row.expires else {}
        visitor.send(
            "/status/documents", holding=row.kind.value, files={"file": FILES[number % 3]}, **expires
        )
        assert f"Received: {row.label}" in visitor.read


def gather_and_verify(app: Flask, desk: Visitor, application: Application) -> None:
    """The desk accepts every document, records the authorization and every fact, screens, and finishes."""
    page = f"/staff/applications/{application.id}"
    desk.go(page)
    while any(form.action.endswith("/accept") for form in desk.forms()):
        desk.send("/accept$", expires_on="12/31/2027")
        desk.go(page)
    if provider_type(application.provider_type).physician:
        desk.send("ccvs-ordered", reference="CCVS-7")
        desk.go(page)
        desk.send("ccvs-received")
    else:
        desk.send("authorization/caqh", plan_listed="yes", attested_on="02/20/2026", evidence="CAQH page")
    step(desk, application.id, "complete_file")
    for row in required(get_credentialing_file(reload(application.id))):
        desk.go(page)
        desk.send(
            "/verifications$", holding=row.kind.value, source=row.sources[0], method="website", result="verified",
            **({"good_until": str(today() + timedelta(days=400))} if row.runs_out == "always" else {}),
            reference="Ref 1", note="",
        )  # fmt: skip
    desk.go(page)
    desk.send("/screening$")
    step(desk, application.id, "finish_verification")
    assert reload(application.id).status is Status.READY


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (ProviderType.CNP, {"prescribes": "yes", "dea_number": "MT1234563", "tests_on_site": "yes"}),
        (ProviderType.MD, {"prescribes": "yes", "dea_number": "BT1388568"}),
    ],
)
def test_from_the_first_page_to_the_reminder_three_years_on(
    app: Flask, settings: Settings, code: ProviderType, changes: dict[str, str]
) -> None:
    import_list()
    _, application = apply(app, code, "medical", **changes)
    application_id, public_id = application.id, application.public_id
    tick(settings)
    mails = [path.read_text() for path in Path(str(settings.mail_folder)).glob("*.eml")]
    assert any(public_id in mail for mail in mails), "the confirmation carries the Application ID"

    visitor = look_up(app, application_id)
    assert "Step 2 of 6: we read your form" in visitor.read
    desk = sign_in(app, Role.SPECIALIST, "Rosa Delgado")
    assert reload(application_id).name in desk.go("/staff")
    step(desk, application_id, "accept")
    assert "Step 3 of 6: we gather your documents" in look_up(app, application_id).read
    send_documents(app, reload(application_id))
    gather_and_verify(app, desk, reload(application_id))

    director = sign_in(app, Role.MEDICAL_DIRECTOR, "Amara Nwosu")
    step(director, application_id, "approve_clean_file", password=PASSWORD)
    participation = db.session.scalars(select(Participation)).one()
    due_on, provider_number = participation.recredentialing_due_on, participation.provider_number
    assert due_on == TODAY.replace(year=TODAY.year + 3)
    tick(settings)
    assert reload(application_id).status is Status.PARTICIPATING
    kept = db.session.scalars(select(Letter.sha256).where(Letter.kind == LetterKind.WELCOME)).one()
    (printed,) = Path(str(settings.print_folder)).glob("*-welcome-*.pdf")
    assert hashlib.sha256(printed.read_bytes()).hexdigest() == kept
    assert provider_number in PdfReader(printed).pages[0].extract_text()

    visitor = come_in(app, application_id)
    visitor.go("/portal")
    visitor.send("/portal/steps/orientation")
    visitor.go("/portal/payment")
    bank = {"bank_name": "Bank of the Fictional Ozarks", "routing_number": "111000025", "account_number": "44556677",
            "account_type": "checking", "provider_number": provider_number}  # fmt: skip
    visitor.send("/portal/payment", status=422, choice="eft", **{**bank, "routing_number": "111000026"})
    assert "Bank of the Fictional Ozarks" in visitor.text, "nothing typed is lost"
    visitor.send("/portal/payment", choice="eft", **bank)
    visitor.go("/portal/payment")
    assert "6677" in visitor.text and "44556677" not in visitor.text

    for ahead in (181, 120, 119, 90, 60):
        app.config["TODAY"] = due_on - timedelta(days=ahead)
        for _ in range(2):
            assert tick(settings) == 0
    numbers = (
        select(Letter.number)
        .where(Letter.kind == LetterKind.RECREDENTIALING_REMINDER)
        .order_by(Letter.number)
    )
    db.session.rollback()
    assert list(db.session.scalars(numbers)) == [1, 2, 3]
    app.config["TODAY"] = TODAY


def test_a_disclosure_goes_through_the_committee_to_a_denial_with_reasons(
    app: Flask, settings: Settings
) -> None:
    import_list()
    _, application = apply(
        app, ProviderType.LCSW, "behavioral_health", felony="yes", felony_explained="A conviction in 2021."
    )
    application_id = application.id
    desk = sign_in(app, Role.SPECIALIST, "Rosa Delgado")
    step(desk, application_id, "accept")
    send_documents(app, reload(application_id))
    gather_and_verify(app, desk, reload(application_id))
    director = sign_in(app, Role.MEDICAL_DIRECTOR, "Amara Nwosu")
    director.go(f"/staff/applications/{application_id}")
    assert "goes to the committee" in director.read
    coordinator = sign_in(app, Role.COORDINATOR, "Curtis Bell")
    with committed():
        meeting = str(meeting_on(TODAY).id)
    step(coordinator, application_id, "place_on_agenda", meeting=meeting)
    vote(reload(application_id), VoteChoice.DENY)
    reason = "The conviction is recent and bears on the care of members."
    step(director, application_id, "deny", codes=["conviction"], reason=reason)
    tick(settings)
    (printed,) = Path(str(settings.print_folder)).glob("*-denial-*.pdf")
    words = " ".join(page.extract_text() for page in PdfReader(printed).pages)
    assert "bears on the care of members" in " ".join(words.split())
    assert "appeal" in words.lower()
    assert "not approved" in look_up(app, application_id).read


def test_an_organization_joins_too(app: Flask, settings: Settings) -> None:
    import_list()
    _, application = apply(app, ProviderType.HCBS_PROVIDER, "hcbs")
    desk = sign_in(app, Role.SPECIALIST, "Rosa Delgado")
    step(desk, application.id, "accept")
    send_documents(app, reload(application.id))
    page = f"/staff/applications/{application.id}"
    desk.go(page)
    while any(form.action.endswith("/accept") for form in desk.forms()):
        desk.send("/accept$", expires_on="12/31/2027")
        desk.go(page)
    assert "authorization/caqh" not in desk.text
    step(desk, application.id, "complete_file")
    assert reload(application.id).status is Status.VERIFYING


def test_silence_after_the_letter_ends_in_discontinuation_and_can_be_reopened(
    app: Flask, settings: Settings
) -> None:
    _, application = apply(app, ProviderType.LCSW, "behavioral_health")
    application_id = application.id
    step(sign_in(app, Role.SPECIALIST, "Rosa Delgado"), application_id, "accept")
    days_on = ((0, Status.GATHERING), (14, Status.GATHERING), (30, Status.GATHERING), (45, Status.GATHERING))
    for days, status in (*days_on, (46, Status.DISCONTINUED)):
        app.config["TODAY"] = TODAY + timedelta(days=days)
        assert tick(settings) == 0
        assert reload(application_id).status is status
    _, _, printed = sorted(Path(str(settings.print_folder)).glob("*-missing_documents*.pdf"))
    words = " ".join(PdfReader(printed).pages[0].extract_text().split())
    assert (
        "Malpractice insurance face sheet" in words
        and "our final letter" in words
        and "April 16, 2026" in words
    )
    coordinator = sign_in(app, Role.COORDINATOR, "Curtis Bell")
    step(coordinator, application_id, "reopen", reason="The office had moved; they called today.")
    assert reload(application_id).status is Status.RECEIVED
    app.config["TODAY"] = TODAY


def test_vision_and_laboratory_end_at_the_partner(app: Flask) -> None:
    for kind, partner in (("vision", "Superior Vision"), ("laboratory", "1-813-751-3940")):
        visitor = Visitor(app)
        visitor.go("/")
        visitor.send("/start", kind=kind)
        assert partner in visitor.read
    assert db.session.scalars(select(Application)).unique().all() == []
