"""The plan's own facts: names, telephone numbers, partners, counties, lines. Another plan changes this one file.

Sources: seed 002 and the plan's public provider pages. An e-mail address that no public source gives is a setting
(onboarding/config.py), never a guess.
"""

from dataclasses import dataclass
from datetime import date

from onboarding.policy.vocabulary import ProviderKind


@dataclass(frozen=True)
class Partner:
    """A company that enrols a kind of provider for the plan."""

    kind: ProviderKind
    name: str
    does: str
    phone: str
    website: str


@dataclass(frozen=True)
class Plan:
    """What one health plan calls itself and whom to ask."""

    name: str
    short_name: str
    state: str
    time_zone: str
    caqh_name: str
    department: str
    provider_services_phone: str
    provider_page: str
    phone_reply: str
    echo_phone: str
    virtual_card_fee_note: str
    provider_number_prefix: str
    provider_number_digits: int
    committee_quorum: int
    committee_first_on: date  # a day on which the committee met; it meets again each so many days
    committee_every_days: int
    work_history_days: (
        int  # NCQA sources disagree between 120 and 365: the strict one unless the plan says otherwise
    )
    application_days: int
    cds_required: bool  # does the State register prescribers of controlled substances beside the DEA?
    recredentialing_to_the_month: (
        bool  # sources disagree whether 36 months end on the day, the strict way, or the month
    )
    appeal_note: str


@dataclass(frozen=True)
class Contact:
    """Whom to call about what."""

    about: str
    says: str
    phone: str


@dataclass(frozen=True)
class Resource:
    """Something to learn from. What the plan has announced and not opened yet is `coming_soon`."""

    title: str
    says: str
    coming_soon: bool = False


@dataclass(frozen=True)
class Announcement:
    """What a provider should know of how we work now."""

    title: str
    says: str


PLAN = Plan(
    name="CareSource PASSE",
    short_name="CareSource PASSE",
    state="AR",
    time_zone="America/Chicago",
    caqh_name="CareSource Management Group",
    department="Network and Credentialing",
    provider_services_phone="1-833-230-2100",
    provider_page="https://www.caresource.com/ar/providers/education/become-caresource-provider/caresource-passe/",
    phone_reply="within three business days",
    echo_phone="1-888-834-3511",
    virtual_card_fee_note=(
        "Your bank and your card processor charge their standard fees for each virtual card payment. "
        "The plan does not set or share in those fees."
    ),
    provider_number_prefix="P",
    provider_number_digits=9,
    committee_quorum=3,
    committee_first_on=date(2026, 1, 8),  # every second Thursday
    committee_every_days=14,
    work_history_days=120,
    application_days=120,
    cds_required=False,  # Arkansas has no registration of its own
    recredentialing_to_the_month=False,
    appeal_note=(
        "Write to the credentialing committee, say which reasons you dispute, and add anything you want it to read. "
        "You may be represented by an attorney or another person, and you may ask for a hearing. "
        "We answer in writing."
    ),
)

PARTNERS: dict[ProviderKind, Partner] = {
    ProviderKind.VISION: Partner(
        ProviderKind.VISION,
        "Superior Vision",
        "Routine vision providers join our network through Superior Vision.",
        "1-844-353-2900",
        "https://superiorvision.com/providers/",
    ),
    ProviderKind.LABORATORY: Partner(
        ProviderKind.LABORATORY,
        "Avalon Healthcare Solutions",
        "Independent laboratories join our network through Avalon Healthcare Solutions.",
        "1-813-751-3940",
        "https://www.avalonhcs.com/",
    ),
}

KIND_LABELS: dict[ProviderKind, tuple[str, str]] = {
    ProviderKind.MEDICAL: (
        "Medical",
        "Physicians, nurse practitioners, physician assistants, clinics, hospitals",
    ),
    ProviderKind.BEHAVIORAL_HEALTH: (
        "Behavioral health",
        "Psychologists, counselors, social workers, agencies",
    ),
    ProviderKind.HCBS: (
        "IDD and home- and community-based services",
        "CES waiver providers, therapists, behavior analysts",
    ),
    ProviderKind.VISION: ("Routine vision", "Eye exams and glasses; our partner enrolls you"),
    ProviderKind.LABORATORY: ("Independent laboratory", "Our partner enrolls you"),
}

LINES: dict[str, str] = {
    "behavioral_health": "Members with behavioral health needs (Tier 2 and Tier 3)",
    "ces_waiver": "Members on the CES waiver or its waitlist",
    "icf": "Members in private intermediate care facilities",
}

# The 75 counties of Arkansas (US Census FIPS list).
COUNTIES: tuple[str, ...] = (
    "Arkansas", "Ashley", "Baxter", "Benton", "Boone", "Bradley", "Calhoun", "Carroll", "Chicot", "Clark",
    "Clay", "Cleburne", "Cleveland", "Columbia", "Conway", "Craighead", "Crawford", "Crittenden", "Cross",
    "Dallas", "Desha", "Drew", "Faulkner", "Franklin", "Fulton", "Garland", "Grant", "Greene", "Hempstead",
    "Hot Spring", "Howard", "Independence", "Izard", "Jackson", "Jefferson", "Johnson", "Lafayette",
    "Lawrence", "Lee", "Lincoln", "Little River", "Logan", "Lonoke", "Madison", "Marion", "Miller",
    "Mississippi", "Monroe", "Montgomery", "Nevada", "Newton", "Ouachita", "Perry", "Phillips", "Pike",
    "Poinsett", "Polk", "Pope", "Prairie", "Pulaski", "Randolph", "St. Francis", "Saline", "Scott",
    "Searcy", "Sebastian", "Sevier", "Sharp", "Stone", "Union", "Van Buren", "Washington", "White",
    "Woodruff", "Yell",
)  # fmt: skip

OTHER_COUNTY = "Outside Arkansas"

CONTACTS: tuple[Contact, ...] = (
    Contact(
        "Joining the network, your application, credentialing",
        f"Provider Services of {PLAN.name}. Have your NPI and Application ID at hand.",
        PLAN.provider_services_phone,
    ),
    Contact(
        "Payments: electronic transfer, virtual cards, paper checks",
        "Customer Support of ECHO Health, which delivers our payments.",
        PLAN.echo_phone,
    ),
    *(Contact(KIND_LABELS[kind][0], partner.does, partner.phone) for kind, partner in PARTNERS.items()),
)

TRAINING: tuple[Resource, ...] = (
    Resource(
        "Provider orientation",
        f"A welcome to {PLAN.short_name}: how to work with us, step by step. Take it when your welcome letter arrives.",
        coming_soon=True,
    ),
    Resource(
        "Live orientations and events",
        "Sessions with our staff are listed on this page as soon as their dates are set; today there is no date.",
    ),
    Resource(
        "Topics for your practice",
        "Trainings and reading on subjects that matter to your practice, to use when you have the time.",
        coming_soon=True,
    ),
    Resource(
        "Provider social media kit",
        "Words and pictures with which you can tell your patients that you take our plan.",
        coming_soon=True,
    ),
)

ANNOUNCEMENTS: tuple[Announcement, ...] = (
    Announcement(
        "See where your application stands, on this site",
        "You need your NPI and the Application ID from your confirmation e-mail. You see each document too, and can send "
        "what is missing.",
    ),
    Announcement(
        "Keep CAQH or CCVS current",
        f"Arkansas MDs and DOs are checked through CCVS, everybody else through CAQH. In CAQH, {PLAN.caqh_name} must be "
        "an authorized plan.",
    ),
    Announcement(
        "Credentials are renewed every three years at the latest",
        "We write to you in good time. Unless you hear otherwise from us, your credentials are renewed.",
    ),
    Announcement(
        "Payments come through ECHO Health",
        "Electronic funds transfer is preferred. Virtual cards and paper checks are the other two ways.",
    ),
)
