"""TABLE: the words by which people name a provider type: its label, its short form, the degrees that lead to it."""

import re

from onboarding.policy.provider_types import TABLE as PROVIDER_TYPES
from onboarding.policy.vocabulary import ProviderType, Subject

# The words for a provider type beside its label and the short form in it; letters and digits only.
_TYPE_WORDS: dict[ProviderType, tuple[str, ...]] = {
    ProviderType.MD: ("physician", "doctorofmedicine"),
    ProviderType.DO: ("osteopath", "doctorofosteopathicmedicine", "doctorofosteopathy"),
    ProviderType.CNP: ("np", "nursepractitioner", "fnp", "fnpc", "fnpbc", "pmhnp", "pmhnpbc", "crnp", "anp"),
    ProviderType.CNS: ("nursespecialist",),
    ProviderType.CNM: ("nursemidwife", "midwife"),
    ProviderType.CRNA: ("nurseanesthetist",),
    ProviderType.PA: ("pac", "physiciansassistant"),
    ProviderType.PSYCHOLOGIST: ("licensedpsychologist", "psyd", "clinicalpsychologist"),
    ProviderType.LCSW: ("clinicalsocialworker", "licensedclinicalsocialworker"),
    ProviderType.LPC: ("professionalcounselor",),
    ProviderType.LMFT: ("marriageandfamilytherapist",),
    ProviderType.BCBA: ("bcbad", "behavioranalyst"),
    ProviderType.OT: ("otr", "otrl", "otd"),
    ProviderType.PT: ("dpt", "mpt"),
    ProviderType.SLP: ("cccslp", "speechtherapist", "speechpathologist"),
}


def _word(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _words_of_types() -> dict[str, ProviderType]:
    found: dict[str, ProviderType] = {}
    for row in PROVIDER_TYPES:
        if row.subject is Subject.PRACTITIONER:
            name, _, short = row.label.rstrip(")").partition(" (")
            for word in (row.code.value, row.label, name, short, *_TYPE_WORDS.get(row.code, ())):
                if _word(word):
                    found[_word(word)] = row.code
    return found


_TYPES = _words_of_types()


def find_type(text: str) -> ProviderType | None:
    """The provider type these words name, as in "M.D.", "LCSW, PhD" or "Nurse practitioner"; None for none or for two."""
    if _word(text) in _TYPES:
        return _TYPES[_word(text)]
    named = {_TYPES[_word(part)] for part in re.split(r"[,;/&|()]|\s", text) if _word(part) in _TYPES}
    return named.pop() if len(named) == 1 else None
