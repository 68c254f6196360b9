"""TABLE: the people of the demonstration network and what happens to each, so many days ago. All of them are invented.

NPIs have a right check digit and come from a block below the first one ever given out; tax ids have a first pair that
is given to nobody; e-mail addresses end in .example.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from onboarding.cli import demo_after as after
from onboarding.cli import demo_applicant as they
from onboarding.cli import demo_desk as we
from onboarding.cli import demo_monitoring as monitoring
from onboarding.cli import demo_rights as rights
from onboarding.cli.demo_case import Act
from onboarding.cli.demo_entries import further_answers
from onboarding.cli.demo_roster import send_roster
from onboarding.policy.attestation import questions_for
from onboarding.policy.identifiers import npi_problem
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import (
    AuthorizationKind,
    DecisionOutcome,
    DocumentKind,
    OnboardingStep,
    ProviderKind,
    ProviderType,
    QuorumRule,
    Subject,
    VerificationKind,
    VerificationResult,
)

Story = Sequence[tuple[int, Act]]


@dataclass(frozen=True)
class Cast:
    """One applicant: who, where, what is answered yes, and the story as (days ago, act)."""

    name: str
    code: ProviderType
    kind: ProviderKind
    specialty: str
    practice: str
    place: tuple[str, str, str]
    contact: str
    story: Story
    yes: tuple[str, ...] = ()
    explained: str = ""
    board: str = ""
    shown: bool = False  # named on the screen at the start, for a look at the status page


_T, _D, _V = ProviderType, DocumentKind, VerificationKind
_MEDICAL, _BEHAVIORAL, _HCBS = ProviderKind.MEDICAL, ProviderKind.BEHAVIORAL_HEALTH, ProviderKind.HCBS

# City, county, ZIP code.
LITTLE_ROCK = ("Little Rock", "Pulaski", "72204")
CONWAY = ("Conway", "Faulkner", "72034")
FAYETTEVILLE = ("Fayetteville", "Washington", "72701")
JONESBORO = ("Jonesboro", "Craighead", "72401")
PINE_BLUFF = ("Pine Bluff", "Jefferson", "71601")
FORT_SMITH = ("Fort Smith", "Sebastian", "72901")
TEXARKANA = ("Texarkana", "Miller", "71854")
HOT_SPRINGS = ("Hot Springs", "Garland", "71901")
MOUNTAIN_HOME = ("Mountain Home", "Baxter", "72653")
HELENA = ("Helena", "Phillips", "72342")


def _accepted(ago: int) -> Story:
    return ((ago, they.send), (ago - 2, we.accept))


def _complete(ago: int, good_for: int = 300) -> Story:
    return (
        *_accepted(ago),
        (ago - 3, we.authorize),
        (ago - 4, they.upload(good_for=good_for)),
        (ago - 6, we.accept_documents),
        (ago - 6, we.complete),
    )


_ALL_VERIFIED = we.verify()
_IN_NEW_LIST: Story = ((3, we.screen_again),)


def _ready(ago: int, verify: Act = _ALL_VERIFIED) -> Story:
    """Sent so many days ago and ready twelve days later."""
    return (
        *_complete(ago),
        (ago - 10, verify),
        (ago - 11, we.screen),
        (ago - 12, we.rule_out),
        (ago - 12, we.finish),
    )


def _joined(ago: int) -> Story:
    return (*_ready(ago), (ago - 15, we.approve))


def _in_committee(ago: int, meeting_ago: int, verify: Act = _ALL_VERIFIED) -> Story:
    return (*_ready(ago, verify), (ago - 14, we.place(meeting_ago)))


_FINDING_CLAIM = we.verify(
    finding=_V.MALPRACTICE_HISTORY,
    result=VerificationResult.ADVERSE,
    note="One settled claim reported, 2023, as disclosed by the applicant.",
)
_FINDING_LAPSED = we.verify(
    finding=_V.LICENCE,
    result=VerificationResult.ADVERSE,
    note="The board shows the license as suspended on the day of the look-up.",
)
_FINDING_GAP = we.verify(
    finding=_V.WORK_HISTORY, note="A gap of seven months in 2024; explained in writing as parental leave."
)

TABLE: tuple[Cast, ...] = (
    Cast("Leonard Amos Prewitt", _T.MD, _BEHAVIORAL, "Psychiatry", "Prewitt Psychiatry PLLC", LITTLE_ROCK,
         "Joan Prewitt",
         (*_joined(1032),
          (140, monitoring.hear("The member waited nine weeks for a first visit.", "Member services, grievance G-1187")),
          (131, monitoring.look_into("The office was called: two mornings a week are now kept for new members.")),
          (124, monitoring.close("The member was seen on the following Tuesday and wants nothing more.")),
          (40, monitoring.measure("Follow-up within 7 days after a hospital stay", "2025", "51.64", "75")),
          (12, monitoring.hear("Refills were not sent for ten days, and the office did not call back.",
                               "Member services, grievance G-1302"))),
         ("prescribes",), board="American Board of Psychiatry and Neurology"),
    Cast("Rosalind Grace Tillery", _T.MD, _MEDICAL, "Family medicine", "Cypress Bend Family Clinic PA", PINE_BLUFF,
         "Dana Okafor",
         (*_joined(72),
          (50, they.tick_off(OnboardingStep.PORTAL_ACCOUNT)),
          (48, they.choose_eft),
          (41, they.tick_off(OnboardingStep.ORIENTATION, OnboardingStep.NEWS))),
         ("prescribes", "tests_on_site"), board="American Board of Family Medicine", shown=True),
    Cast("Marisol Anne Whitfield", _T.CNP, _BEHAVIORAL, "Psychiatric mental health", "Whitfield Wellness LLC",
         FAYETTEVILLE, "Marisol Whitfield", _joined(36), ("prescribes", "independent")),
    Cast("Ozark Bridges Community Supports", _T.HCBS_PROVIDER, _HCBS, "Supportive living and respite",
         "Ozark Bridges Community Supports Inc", MOUNTAIN_HOME, "Glenda Purcell",
         (*_in_committee(58, 37, we.verify(finding=_V.ACCREDITATION, note="Site visit found two records unsigned.")),
          (37, we.decide(DecisionOutcome.APPROVED_WITH_CONDITIONS,
                         "Send proof of signed service records within 60 days.")),
          (35, after.mark_report("An organization: not reported under 45 CFR 60.12.", reportable=False)),
          (33, after.appeal("Both records were signed on the day of the visit; the surveyor had old copies.")),
          (31, after.let_in("Asked in time.")),
          (30, we.place(-15, QuorumRule.FIXED))),
         ("certification_loss",), "One residential site was limited in 2022 and restored in 2023 after repairs."),
    Cast("Stillwater Rural Health Clinic", _T.RHC, _MEDICAL, "Primary care", "Stillwater Rural Health Clinic LLC",
         HELENA, "Harold Stump",
         (*_joined(150), (20, we.terminate("The clinic closed its only site and gave up its state license.", "license")),
          (19, after.mark_report("An organization that closed: nothing of quality or conduct.", reportable=False))),
         ("tests_on_site",)),
    Cast("Petra Louise Halversen", _T.DO, _MEDICAL, "Internal medicine", "Riverbend Internal Medicine PA", JONESBORO,
         "Silas Crane",
         (*_in_committee(26, -8, _FINDING_CLAIM), *_IN_NEW_LIST),
         ("prescribes", "malpractice_claims"), "A claim of 2023 was settled by the carrier; care was not in question.",
         shown=True),
    Cast("Bennett Cole Ashdown", _T.LPC, _BEHAVIORAL, "Counseling", "Ashdown Counseling LLC", CONWAY, "Bennett Ashdown",
         (*_in_committee(30, -8, _FINDING_GAP),
          (15, rights.tell_difference(_V.WORK_HISTORY, "No gap since 2021", "The record of work ends in January 2024 "
                                      "and begins again in August 2024.")),
          (11, rights.answer_notice("The months in between were parental leave.",
                                    "I was at home with our daughter from February to July 2024.")),
          (8, rights.answer("We have added your explanation of the months February to July 2024 to your file.")),
          *_IN_NEW_LIST)),
    Cast("Gareth Dominic Voss", _T.PA, _MEDICAL, "Orthopedics", "Summit Orthopedics PA", FORT_SMITH, "Ilse Brandt",
         (*_in_committee(46, 23, _FINDING_LAPSED),
          (23, we.decide(DecisionOutcome.DENIED,
                         "The board's record shows the license as suspended.\n"
                         "The application says that no license was ever limited.")),
          (21, after.mark_report("A professional review action that rests on the board's discipline.", reportable=True)),
          (9, after.appeal("The board lifted the suspension a year ago. I ask for a hearing."))),
         ("prescribes",)),
    Cast("Imogen Faith Carrow", _T.OT, _HCBS, "Pediatric occupational therapy", "Carrow Therapy Services LLC", CONWAY,
         "Imogen Carrow", (*_joined(24), (24 - 15, we.lose_the_mail))),
    Cast("Yolanda Reyes Mabry", _T.CNP, _MEDICAL, "Family practice", "Mabry Family Practice PLLC", HOT_SPRINGS,
         "Yolanda Mabry", (*_ready(19), *_IN_NEW_LIST), ("independent", "prescribes")),
    Cast("Winston Hale Deverell", _T.MD, _MEDICAL, "Obstetrics and gynecology", "Deverell Women's Care PA",
         TEXARKANA, "Opal Nance", (*_ready(22, _FINDING_CLAIM), *_IN_NEW_LIST),
         ("prescribes", "malpractice_claims", "has_other_licenses"),
         "Two claims were settled in 2022 without payment by me.", board="American Board of Obstetrics and Gynecology"),
    Cast("Josephine Ellen Quade", _T.MD, _MEDICAL, "Pediatrics", "Quade Pediatrics PA", LITTLE_ROCK, "Rita Solano",
         (*_complete(15),
          (6, we.verify(4, finding=_V.LICENCE, note="The board prints another middle name.")),
          (5, rights.tell_difference(_V.LICENCE, "Josephine Ellen Quade", "Josephine Elaine Quade")),
          (3, we.screen)),
         ("prescribes", "tests_on_site"),
         board="American Board of Pediatrics"),
    Cast("Raymond Isaac Okonjo", _T.PSYCHOLOGIST, _BEHAVIORAL, "Clinical psychology", "Okonjo Psychological Services",
         TEXARKANA, "Raymond Okonjo",
         (*_complete(17), (8, we.verify(6)), (2, we.screen), (2, we.rule_out), (2, after.approve_for_now), (1, rights.review),
          (1, rights.ask(_V.LICENCE, "The license is shown as ending this year.",
                         "I renewed it in spring: it runs for two more years."))),
         shown=True),
    Cast("Harbor Light Behavioral Health", _T.BEHAVIORAL_HEALTH_AGENCY, _BEHAVIORAL, "Outpatient behavioral health",
         "Harbor Light Behavioral Health Inc", PINE_BLUFF, "Celeste Amaro",
         (*_complete(9, good_for=45), (2, send_roster))),
    Cast("Corinne Marie Blackwood", _T.CNP, _MEDICAL, "Adult and gerontology", "Blackwood Health LLC", FORT_SMITH,
         "Terry Blackwood",
         (*_accepted(21),
          (19, we.authorize),
          (17, they.upload(_D.MALPRACTICE_FACE_SHEET, _D.W9)),
          (15, we.reject(_D.MALPRACTICE_FACE_SHEET, "The sheet does not show the policy dates. Ask the carrier.")),
          (15, we.accept_documents),
          (4, they.upload(_D.DEA_CERTIFICATE))),
         ("prescribes",), shown=True),
    Cast("Adaline Ruth Vickers", _T.LCSW, _BEHAVIORAL, "Clinical social work", "Vickers Counseling LLC", JONESBORO,
         "Adaline Vickers",
         (*_accepted(8),
          (5, we.find_plan_unlisted),
          (5, they.upload(_D.MALPRACTICE_FACE_SHEET, good_for=17)),
          (3, we.accept_documents))),
    Cast("Prairie Home Supports", _T.HCBS_PROVIDER, _HCBS, "Supported employment", "Prairie Home Supports LLC",
         ("Stuttgart", "Arkansas", "72160"), "Vernon Teague",
         (*_accepted(33),
          (28, they.upload(_D.CLIA_CERTIFICATE, _D.W9)),
          (26, we.reject(_D.CLIA_CERTIFICATE, "This is the certificate of another site. Send the one for Stuttgart.")),
          (26, we.accept_documents)),
         ("tests_on_site",)),
    Cast("Everett James Holloway", _T.DO, _MEDICAL, "Emergency medicine", "Holloway Emergency Physicians PLLC",
         LITTLE_ROCK, "Maya Lind", (*_accepted(6), (3, we.order_profile)), ("prescribes",)),
    Cast("Tobias Reed Langston", _T.CRNA, _MEDICAL, "Anesthesia", "Langston Anesthesia LLC", HOT_SPRINGS,
         "Tobias Langston",
         ((12, they.send),
          (9, we.send_back("The license number is not the one the Board of Nursing shows.\n"
                           "The practice address is a post office box: give the street address."))), shown=True),
    Cast("Theodora Lynn Marchetti", _T.PA, _MEDICAL, "Family medicine", "Lakeside Primary Care PA", HOT_SPRINGS,
         "Grant Fellows", ((7, they.send),), ("prescribes",)),
    Cast("Naomi Pearl Estrada", _T.CRNA, _MEDICAL, "Anesthesia", "Arkana Anesthesia Group PLLC", TEXARKANA,
         "Naomi Estrada", ((1, they.send),)),
    Cast("Quentin Miles Barlow", _T.LPC, _BEHAVIORAL, "Counseling", "Barlow Counseling LLC", HELENA, "Quentin Barlow",
         ((3, they.start("identity", "license")),)),
    Cast("Sylvia Jean Northcott", _T.LMFT, _BEHAVIORAL, "Marriage and family therapy", "Northcott Family Therapy LLC",
         CONWAY, "Sylvia Northcott", ((78, they.start("identity")),)),
    Cast("Delbert Ray Sizemore", _T.SLP, _HCBS, "Speech therapy", "Sizemore Speech Therapy LLC", PINE_BLUFF,
         "Delbert Sizemore", _accepted(64)),
    Cast("Lucille Fern Abernathy", _T.PT, _MEDICAL, "Physical therapy", "Abernathy Physical Therapy PA", FAYETTEVILLE,
         "Lucille Abernathy",
         (*_accepted(40), (29, we.withdraw("The applicant called: she joins a practice in another state.")))),
)  # fmt: skip


def answers_of(cast: Cast, number: int, sent_on: date) -> dict[str, Any]:
    """The answers this applicant gives on the contract form, sent on that day."""
    row = provider_type(cast.code)
    city, county, zip_code = cast.place
    home = cast.practice.lower().replace("'", "").split()
    domain = "-".join(word for word in home if word not in ("llc", "pa", "pllc", "inc")) + ".example"
    first_contact = cast.contact.split()[0].lower()
    answers: dict[str, Any] = {
        "npi": demo_npi(number),
        "specialty": cast.specialty,
        "licence_number": f"AR-{40100 + number * 37}",
        "licence_expires_on": (sent_on + timedelta(days=500 + number)).isoformat(),
        "legal_name": cast.practice,
        "tax_id": f"89{number:07d}",
        "address": f"{100 + number * 14} Sycamore Street",
        "city": city,
        "state": "AR",
        "zip_code": zip_code,
        "county": county,
        "lines": ["behavioral_health"] if cast.kind is _BEHAVIORAL else ["behavioral_health", "ces_waiver"],
        "prescribes": "no",
        "tests_on_site": "no",
        "independent": "no",
        "contact_name": cast.contact,
        "contact_email": f"{first_contact}@{domain}",
        "contact_phone": f"501-555-{100 + number:04d}",
    }
    if row.authorization is AuthorizationKind.CAQH:
        answers["caqh_number"] = f"{90000000 + number}"
    answers |= _names(cast, number)
    for question in questions_for(row.subject, row.code):
        answers[question.code] = "yes" if question.expected else "no"
    for code in cast.yes:
        answers[code] = "yes"
        answers[f"{code}_explained"] = cast.explained
    if answers["prescribes"] == "yes":
        answers["dea_number"] = _dea_number(number)
    if answers["tests_on_site"] == "yes":
        answers["clia_number"] = f"04D{7000000 + number}"
    return further_answers(row, answers, number, sent_on, cast.board)


def _names(cast: Cast, number: int) -> dict[str, Any]:
    if provider_type(cast.code).subject is Subject.ORGANIZATION:
        return {"organization_name": cast.practice, "trade_name": cast.name}
    first, middle, last = cast.name.split()
    born = date(1958 + number % 34, 1 + number % 12, 1 + number * 7 % 28)
    return {
        "first_name": first,
        "middle_name": middle,
        "last_name": last,
        "birth_date": born.isoformat(),
        "licence_state": "AR",
    }


def demo_npi(number: int) -> str:
    """An invented NPI with its right check digit."""
    body = f"{100000100 + number}"
    return next(body + check for check in "0123456789" if npi_problem(body + check) is None)


def _dea_number(number: int) -> str:
    digits = [int(digit) for digit in f"{900000 + number}"]
    check = (digits[0] + digits[2] + digits[4] + 2 * (digits[1] + digits[3] + digits[5])) % 10
    return f"AX{900000 + number}{check}"
