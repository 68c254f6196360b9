"""The licenses of a practitioner beside the one of the license page: those the form states, and the one it should state.

Source: NCQA CR 3: a current license in every state in which the practitioner sees members.
"""

from collections.abc import Iterable, Mapping

from onboarding.policy.fields import Answers, parse_day
from onboarding.policy.file import LicenceFact
from onboarding.policy.provider_types import ProviderTypeRow

Kept = list[dict[str, str]]


def further_licences(row: ProviderTypeRow, answers: Answers) -> tuple[LicenceFact, ...]:
    """Each further license once, whatever the case and punctuation of its number: those the form states as they were
    given, then the one that the state of the practice asks for and nobody stated."""
    given = {_key(_said(answers, "licence_state"), _said(answers, "licence_number"))}
    found = []
    for other in _others(answers):
        state, number = _said(other, "other_state"), _said(other, "other_number")
        if state and number and _key(state, number) not in given:
            given.add(_key(state, number))
            found.append(LicenceFact(state, number, parse_day(_said(other, "other_expires_on"))))
    missing = state_without_licence(row, answers)
    return (*found, *((LicenceFact(missing),) if missing else ()))


def state_without_licence(row: ProviderTypeRow, answers: Answers) -> str:
    """The state of the practice, where a license of it is needed and the form states none; else nothing."""
    state, own = _said(answers, "state"), _said(answers, "licence_state")
    stated = {own, *(_said(other, "other_state") for other in _others(answers))}
    return state if row.licensed_by_state and own and state not in stated else ""


def kept(licences: Iterable[LicenceFact]) -> Kept | None:
    """Licenses as their column keeps them; None where there is none."""
    return [
        {
            "state": licence.state,
            "number": licence.number,
            "expires_on": licence.expires_on.isoformat() if licence.expires_on else "",
            "about": licence.about,
        }
        for licence in licences
    ] or None


def read_kept(licences: Kept | None) -> tuple[LicenceFact, ...]:
    """The licenses of that column again."""
    return tuple(
        LicenceFact(one["state"], one["number"], parse_day(one["expires_on"])) for one in licences or ()
    )


def _key(state: str, number: str) -> tuple[str, str]:
    return state, "".join(filter(str.isalnum, number)).casefold()


def _others(answers: Answers) -> Iterable[Mapping[str, str]]:
    return answers.get("other_licenses") or () if answers.get("has_other_licenses") == "yes" else ()


def _said(answers: Answers, code: str) -> str:
    return str(answers.get(code) or "")
