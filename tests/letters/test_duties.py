"""What each letter must state, as policy/letter_duties.py says, read back from the letter itself."""

import re
from datetime import date

import pytest

from onboarding.letters.catalog import TABLE, letter_row
from onboarding.letters.render import render_text
from onboarding.letters.view import LetterView
from onboarding.policy import letter_duties
from onboarding.policy.days import say
from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import Carries, LetterKind
from tests.letters.test_render import read, text_of
from tests.support.letters import APPLICATION_ID, PROVIDER_NUMBER, letter_view

# What is said where something follows from doing nothing, or has followed.
FOLLOWS = re.compile(
    r"\b(cannot|may not|discontinue\w*|stop\w*|deleted?|ends?|ended|no longer|without|review whether|virtual cards?)\b",
    re.IGNORECASE,
)


def _dates(view: LetterView) -> list[str]:
    """Every day this letter knows; that on which it is written counts where it knows no other."""
    found = [getattr(view, name) for name in view.__dataclass_fields__ if name != "written_on"]
    return [say(day) for day in found if isinstance(day, date)] or [say(view.written_on)]


def _states(carried: Carries, text: str, view: LetterView) -> bool:
    return {
        Carries.APPLICATION_ID: lambda: APPLICATION_ID in text,
        Carries.PROVIDER_NUMBER: lambda: PROVIDER_NUMBER in text,
        Carries.ITEMS: lambda: all(item.label in text for item in view.items),
        Carries.REASONS: lambda: bool(view.reasons) and all(reason in text for reason in view.reasons),
        Carries.DATE: lambda: any(day in text for day in _dates(view)),
        Carries.CONSEQUENCE: lambda: bool(FOLLOWS.search(text)),
        Carries.CONTACT: lambda: PLAN.provider_services_phone in text,
        Carries.RIGHTS: lambda: "right" in text,
        Carries.APPEAL: lambda: "appeal" in text,
    }[carried]()


def test_every_letter_of_the_catalog_has_its_duty_and_names_whom_to_call() -> None:
    assert set(letter_duties.TABLE) == {row.kind for row in TABLE}
    for duty in letter_duties.TABLE.values():
        assert duty.to and duty.when
        assert {Carries.APPLICATION_ID, Carries.CONTACT} <= set(duty.carries)


def test_every_letter_states_what_its_duty_says(letters: dict[LetterKind, bytes]) -> None:
    missing = []
    for kind, duty in letter_duties.TABLE.items():
        view = letter_view(kind)
        mail = " ".join(render_text(view).split())
        text = text_of(letters[kind]) if letter_row(kind).pdf else mail
        missing += [
            (kind.value, carried.value) for carried in duty.carries if not _states(carried, text, view)
        ]
        if kind in letters and duty.one_page:
            assert len(read(letters[kind]).pages) == 1, kind
    assert missing == []


@pytest.mark.parametrize("digits", [r"\b\d{3}-\d{2}-\d{4}\b", r"\b\d{2}-\d{7}\b"])
def test_no_letter_has_a_social_security_number_or_a_tax_id(
    digits: str, letters: dict[LetterKind, bytes]
) -> None:
    texts = {kind: text_of(pdf) for kind, pdf in letters.items()}
    texts |= {kind: render_text(letter_view(kind)) for kind in letter_duties.TABLE if kind not in texts}
    assert [kind for kind, text in texts.items() if re.search(digits, text)] == []
