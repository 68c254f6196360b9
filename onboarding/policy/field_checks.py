"""What a good answer to one field is, where its kind of entry alone does not say. Each check answers with what to do."""

import re
from datetime import date

from onboarding.policy.fields import Answers, parse_day, parse_month
from onboarding.policy.identifiers import digits_of
from onboarding.policy.names import name_words

STATES = (  # noqa: SIM905
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY"
).split()
STATE_CHOICES = tuple((state, state) for state in STATES)


def name_problem(text: str) -> str | None:
    """A name is written in letters, one of which at least can be compared: Latin ones."""
    if re.search(r"[<>{}\d\x00-\x1f]", text):
        return "Give the name in letters, without digits or symbols."
    if not name_words(text):
        return "Give the name in the Latin letters A to Z, spelled as on the license."
    return None


def birth_date_problem(text: str) -> str | None:
    """A day of birth in 1900 or later."""
    day = parse_day(text)
    if day is None or day.year < 1900:
        return "Give the date of birth as month, day and four-digit year, for example 04/17/1980."
    return None


def zip_problem(text: str) -> str | None:
    """Five digits, or nine with a dash."""
    return (
        None
        if re.fullmatch(r"[0-9]{5}(-[0-9]{4})?", text)
        else "Give the ZIP code as five digits, or nine with a dash."
    )


def phone_problem(text: str) -> str | None:
    """A ten-digit number of North America."""
    digits = digits_of(text).removeprefix("+").removeprefix("1")
    good = len(digits) == 10 and digits.isascii() and digits.isdigit() and digits[0] not in "01"
    return None if good else "Give a ten-digit telephone number, for example 501-555-0142."


_ATOM = r"[A-Za-z0-9_!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"(?![A-Za-z0-9]{2}--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(
    rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?P<domain>{_LABEL}(?:\.{_LABEL})*\.(?P<top>{_LABEL}))"
)
# Top names that no mail ever reaches (RFC 6761 and its kin).
_NOWHERE = frozenset({"arpa", "invalid", "local", "localhost", "onion", "test"})


def email_problem(text: str) -> str | None:
    """Only what the mail takes (mail.one_address): a letter to any other address would never leave."""
    found = _ADDRESS.fullmatch(text) if len(text) <= 254 else None
    if (
        found
        and found["top"][-1].isalpha()
        and found["top"].lower() not in _NOWHERE
        and len(found["domain"]) <= 253
    ):
        return None
    return "Give an e-mail address, for example office@practice.example."


def ccn_problem(text: str) -> str | None:
    """CMS certification number: six characters, or ten for a supplier such as a surgery center (State Operations
    Manual, chapter 2, section 2779)."""
    if re.fullmatch(r"[0-9]{2}[0-9A-Z][0-9]{3}|[0-9]{2}[A-Z][0-9]{7}", text.upper()):
        return None
    return "A CMS certification number has six characters, or ten with a letter in the third place."


def percent_problem(text: str) -> str | None:
    """A share of five to one hundred percent: what 42 CFR 455.104 asks for."""
    found = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,2})?)", text)
    if found and 5 <= float(found[1]) <= 100:
        return None
    return "Give the share in percent, from 5 to 100."


def members_problem(text: str) -> str | None:
    """How many people can be served: at least one."""
    if re.fullmatch(r"0{0,4}[1-9][0-9]{0,4}", text):
        return None
    return "Give the number of members, at least 1."


def grown(day: date, today: date) -> str | None:
    """The day of birth of a grown person alive today."""
    age = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    return None if 18 <= age <= 110 else "Check the date of birth: it says younger than 18 or older than 110."


def in_force(day: date, today: date) -> str | None:
    """A license is good through its last day."""
    return None if day >= today else "This license has expired. Renew it first, then apply."


def not_over(day: date, today: date) -> str | None:
    """What is in force today does not end before it."""
    return None if day >= today else "This date has passed. Give what is in force today."


def not_ahead(day: date, today: date) -> str | None:
    """What has happened did not happen in the future."""
    return None if day <= today else "This date lies in the future. Enter one up to today."


def licensed_grown(answers: Answers) -> str | None:
    """Nobody is licensed before the age of eighteen."""
    born, first = (
        parse_day(str(answers.get("birth_date") or "")),
        parse_month(str(answers.get("first_licensed") or "")),
    )
    if born is None or first is None or (first.year, first.month) >= (born.year + 18, born.month):
        return None
    return "You were not eighteen then, by your date of birth. Check both dates."


def aggregate_covers_a_claim(policy: Answers) -> str | None:
    """What a policy pays in all is not less than what it pays for one claim."""
    one, whole = (str(policy.get(code) or "") for code in ("policy_per_claim", "policy_aggregate"))
    if not (one.isascii() and one.isdigit() and whole.isascii() and whole.isdigit()) or int(whole) >= int(
        one
    ):
        return None
    return "The limit in all is below the limit per claim. Check both on the policy."
