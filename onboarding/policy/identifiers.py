"""The numbers of the field: what each must look like, and the words for one that does not.

Each `*_problem` answers None when the number is good, else one sentence a person can act on. A text longer than any
number can be is refused unread. Sources: reference rules section 5 (CMS for NPI and CLIA, DEA check digit, IRS for
EIN, ABA routing).
"""

import re
import secrets
import unicodedata
from collections.abc import Collection

MAX_LENGTH = 40

# What people, word processors and mail programs put between the parts of a number: spaces and every kind of dash.
_BETWEEN = r"\s\-\u00ad\u200b\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_DIGIT = re.compile(r"\d")
_PARTED = rf"[{_BETWEEN}._/]"


def _ssn(between: str) -> str:
    """The form of a number that may have been issued, with this between its three parts."""
    parts = (r"(?<!\d)(?!000|666|9)[0-9]{3}", r"(?!00)[0-9]{2}", r"(?!0000)[0-9]{4}(?!\d)")
    return between.join(parts)


_SSN_SAID = r"(?:(?<![a-z])(?:ssn|s\.s\.n|ss ?#)|\bsoc(?:ial)?\.? ?sec|\bmy social\b|\bsocial(?:(?: is| no| nr)\b| num| ?#|:))"
_SSN = re.compile(_ssn(_PARTED + "{1,3}"))
_BARE_SSN = re.compile(_ssn(""))
_NOT_ZIP = r"(?![0-9]{5}-[0-9]{4}\b)"  # an address may stand beside the words, as of a Social Security office
_LOOSE_SSN = _NOT_ZIP + _ssn(_PARTED + "{0,3}")
_SSN_NAMED = re.compile(
    rf"{_SSN_SAID}\D{{0,40}}{_LOOSE_SSN}|{_LOOSE_SSN}[^\da-z]{{0,9}}(?:is )?(?:my |the )?{_SSN_SAID}",
    re.IGNORECASE,
)

# No look-alikes: no 0 or O, no 1, I or L, no U.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_CHARACTERS = 15  # 30 ** 15: 73 random bits


def digits_of(text: str) -> str:
    """The digits of a number as typed, without spaces, dashes, periods and brackets.

    A text too long to be a number is cut and otherwise left as it is, so that no check takes it for one.
    """
    if len(text) > MAX_LENGTH:
        return text[:MAX_LENGTH]
    return re.sub(rf"[{_BETWEEN}.()]", "", text)


def _short(text: str) -> str:
    return text.strip().upper() if len(text) <= MAX_LENGTH else ""


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _plain_digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdigit()


def npi_problem(npi: str) -> str | None:
    """NPI: ten digits, first 1 or 2, Luhn over 80840 + NPI (45 CFR 162.406)."""
    if not _plain_digits(npi, 10) or npi[0] not in "12":
        return "An NPI has ten digits and starts with 1 or 2."
    if not _luhn("80840" + npi):
        return "This NPI is not valid: one of its digits must be wrong. Check it against your NPPES record."
    return None


def dea_problem(number: str) -> str | None:
    """DEA: two letters (the second may be 9) and seven digits, the last a check digit."""
    text = _short(number)
    if not re.fullmatch(r"[A-Z][A-Z9][0-9]{7}", text):
        return "A DEA number has two letters and seven digits, for example AB1234563."
    digits = [int(d) for d in text[2:]]
    if (digits[0] + digits[2] + digits[4] + 2 * (digits[1] + digits[3] + digits[5])) % 10 != digits[6]:
        return "This DEA number is not valid: one of its digits must be wrong."
    return None


def clia_problem(number: str) -> str | None:
    """CLIA: ten characters, the third a D."""
    if re.fullmatch(r"[0-9]{2}D[0-9]{7}", _short(number)):
        return None
    return "A CLIA number has ten characters, the third a D, for example 04D1234567."


def dea_surname_warning(number: str, last_name: str) -> str | None:
    """The second letter of a DEA number is the surname's first, or 9. A warning only: people marry, practices register."""
    letter, initial = _short(number)[1:2], sort_key(last_name)[:1].upper()
    if not letter or not initial or letter in ("9", initial):
        return None
    return (
        f"The second letter of a DEA number is usually the first of the last name: this one has {letter}, "
        f"the name begins with {initial}. That is fine where it was issued under another name."
    )


def dea_letter_warning(number: str) -> str | None:
    """The first letter of a practitioner's DEA number is A, B, F or G, of a mid-level one's M. A warning only: the
    published lists of letters disagree."""
    letter = _short(number)[:1]
    if letter in "ABFGM":
        return None
    return (
        f"The DEA number of a practitioner usually begins with A, B, F, G or M: this one begins with {letter}. Check "
        "that it is your own registration."
    )


def taxonomy_problem(code: str) -> str | None:
    """NUCC taxonomy code: ten letters and digits, the last an X."""
    if re.fullmatch(r"[0-9]{3}[0-9A-Z]{6}X", _short(code)):
        return None
    return (
        "A taxonomy code has ten characters, begins with three digits and ends in X, for example 207Q00000X."
    )


# First two digits the IRS has never given an EIN (IRS, How EINs are assigned).
_NO_EIN = frozenset(
    {"00", "07", "08", "09", "17", "18", "19", "28", "29", "49", "69", "70", "78", "79", "89", "96", "97"}
)


def ein_warning(tax_id: str) -> str | None:
    """Does a tax ID begin as no EIN does? A warning only: the IRS may open a new range."""
    prefix = digits_of(tax_id)[:2]
    return (
        f"The IRS gives out no EIN that begins with {prefix}. Check it against your IRS letter."
        if prefix in _NO_EIN
        else None
    )


def tax_id_problem(tax_id: str) -> str | None:
    """EIN or SSN: nine digits that may have been issued as one or the other.

    No EIN begins with 00; what does is read as an SSN, whose areas 001 to 009 are good. All digits alike is neither.
    """
    digits = digits_of(tax_id)
    if not _plain_digits(digits, 9):
        return "A tax ID has nine digits: an EIN like 12-3456789, or the SSN a sole proprietor reports under."
    ssn = digits[:3] != "000" and digits[3:5] != "00" and digits[5:] != "0000"
    if len(set(digits)) == 1 or (digits[:2] == "00" and not ssn):
        return "This tax ID was never issued. Check it against your W-9."
    return None


def routing_number_problem(number: str) -> str | None:
    """ABA routing number: nine digits, weights 3 7 1, a known first pair."""
    digits = digits_of(number)
    if not _plain_digits(digits, 9):
        return "A routing number has nine digits. You find it at the bottom left of a check."
    first = int(digits[:2])
    known = 1 <= first <= 12 or 21 <= first <= 32 or 61 <= first <= 72 or first == 80
    weighted = sum(int(d) * w for d, w in zip(digits, (3, 7, 1) * 3, strict=True))
    if not known or weighted % 10:
        return "This routing number is not valid: one of its digits must be wrong."
    return None


def account_number_problem(number: str) -> str | None:
    """Bank account: 5 to 17 digits (ACH field width)."""
    digits = digits_of(number)
    if 5 <= len(digits) <= 17 and digits.isascii() and digits.isdigit():
        return None
    return "An account number has 5 to 17 digits."


def shown_of(number: str) -> str:
    """The end of a number, by which its owner knows it again: four digits, and never more than half of them."""
    return number[-min(4, len(number) // 2) :]


def caqh_problem(number: str) -> str | None:
    """CAQH provider id: 6 to 9 digits; no published length, so accepted as a range."""
    digits = digits_of(number)
    if 6 <= len(digits) <= 9 and digits.isascii() and digits.isdigit():
        return None
    return "A CAQH number has 6 to 9 digits, usually 8."


def _plainly(text: str) -> str:
    """A text with its digits, spaces and letters in their plain form: full-width ones and other scripts' as ours."""
    plain = unicodedata.normalize("NFKC", text[:5000])
    return plain if plain.isascii() else _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), plain)


def may_hold_ssn(text: str) -> bool:
    """Can a number of nine digits stand in this text at all?"""
    return len(text) > 8 and (not text.isascii() or len(_DIGIT.findall(text)) > 8)


def looks_like_ssn(text: str, *, bare: bool = False) -> bool:
    """Does this text carry something written like a social security number?

    Nine digits in a row are one where the words stand beside them, and with `bare` wherever they stand: a name or an
    e-mail address has no other use for them.
    """
    if not may_hold_ssn(text):
        return False
    plain = _plainly(text)
    return any(form.search(plain) for form in (_SSN, _SSN_NAMED, *((_BARE_SSN,) if bare else ())))


def hide_ssn(text: str, *, bare: bool = False) -> str:
    """The text with an X for each digit of what looks like a social security number; any other text as it is."""
    if not looks_like_ssn(text, bare=bare):
        return text
    forms = (_SSN, _SSN_NAMED, *((_BARE_SSN,) if bare else ()))
    plain = _plainly(text)
    for form in forms:
        plain = form.sub(lambda found: _DIGIT.sub("X", found[0]), plain)
    return plain


def holds_number(text: str, numbers: Collection[str]) -> bool:
    """Does this text carry one of these numbers, however its digits are parted?"""
    if not numbers or not may_hold_ssn(text):
        return False
    plain = _plainly(text)
    return any(re.search(_however_parted(number), plain) for number in numbers)


def hide_number(text: str, numbers: Collection[str]) -> str:
    """The text with an X for each digit of these numbers, however they are parted; any other text as it is."""
    if not holds_number(text, numbers):
        return text
    plain = _plainly(text)
    for number in numbers:
        plain = re.sub(_however_parted(number), lambda found: _DIGIT.sub("X", found[0]), plain)
    return plain


def _however_parted(number: str) -> str:
    return rf"(?<!\d){f'{_PARTED}{{0,3}}'.join(number)}(?!\d)"


def _check_character(body: str) -> str:
    """In the manner of the hybrid systems of ISO 7064, modulo 31 and 30, over our alphabet, with a start of our own.

    It catches every single wrong character and nearly every swap of neighbors.
    """
    size = len(ALPHABET)
    check = size
    for character in body:
        check = ((check or size) * 2 % (size + 1) + ALPHABET.index(character)) % size
    return ALPHABET[(1 - ((check or size) * 2) % (size + 1)) % size]


def new_application_id() -> str:
    """A fresh Application ID, 16 characters in groups of four: 73 random bits and a check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(_RANDOM_CHARACTERS))
    return group_application_id(body + _check_character(body))


def group_application_id(text: str) -> str:
    """Groups of four with dashes, as printed."""
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def parse_application_id(typed: str) -> str | None:
    """The Application ID as stored, from what somebody typed or pasted; None when it cannot be one."""
    text = re.sub(rf"[{_BETWEEN}]", "", _short(typed))
    if len(text) != _RANDOM_CHARACTERS + 1 or any(c not in ALPHABET for c in text):
        return None
    return group_application_id(text) if _check_character(text[:-1]) == text[-1] else None


def new_provider_number(prefix: str, digits: int) -> str:
    """A fresh provider number: prefix, random digits, the last one a Luhn check digit."""
    body = str(secrets.randbelow(9) + 1) + "".join(str(secrets.randbelow(10)) for _ in range(digits - 2))
    for check in "0123456789":
        if _luhn(body + check):
            return f"{prefix}{body}{check}"
    raise AssertionError("a Luhn check digit always exists")


def sort_key(text: str) -> str:
    """A name as the queue sorts and searches it: lower case, no accents, single spaces, no punctuation."""
    plain = unicodedata.normalize("NFKD", text[:400]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"\s+", " ", re.sub(r"[^a-z0-9 ]", " ", plain)).strip()[:200]
