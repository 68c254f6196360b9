"""Fictional people and numbers of a bench network, all drawn from one seeded generator."""

from random import Random

from onboarding.policy.identifiers import (
    ALPHABET,
    _check_character,
    group_application_id,
    npi_problem,
    parse_application_id,
)


def _names(text: str) -> list[str]:
    return text.split()


FIRST_NAMES = _names(
    "Ada Alma Anton Arlo Beatriz Benoit Calla Cedric Clara Dario Delia Dov Edith Elias Elena Emeka Esme Ewan "
    "Fatima Felix Greta Hana Hugo Ida Imani Ines Ivor Jana Jonas Juno Kamal Katya Keiko Lars Leila Linus Luz "
    "Mabel Magnus Mara Mateo Mina Nadia Nils Noor Odette Omar Otis Paloma Petra Quincy Rafael Rhea Rosa Samir "
    "Selma Silas Tamar Theo Uma Valeria Vikram Wanda Xavier Yara Yusuf Zelda Zoran"
)
LAST_NAMES = _names(
    "Abara Achterberg Alder Amsel Arden Baptiste Barrow Bellweather Birch Boateng Calloway Castellan Chandra "
    "Cobbe Corvin Dahl Darrow Delacroix Dunmore Eastlake Eberhart Ekwueme Fairweather Fenn Ferro Fontaine "
    "Galloway Garrow Grimaldi Halloran Hartwell Hawthorne Hollis Ibarra Ingram Isherwood Jessup Juarez Kallas "
    "Kerrigan Kessler Lachlan Larkspur Lindqvist Lockhart Marchetti Marlowe Mbeki Merriweather Montrose Nakata "
    "Navarro Nightingale Oakes Okafor Ostrander Pemberton Penhallow Quill Ravenscroft Redfern Rosales Ruiz "
    "Sandoval Sato Sinclair Stavros Sterling Tamsin Thackeray Thorne Trevelyan Underhill Vance Vasquez Voss "
    "Wainwright Whitlock Winslow Wren Xiong Yarrow Yoon Zamora Zeller"
)
SPECIALTIES = (
    "Family medicine", "Internal medicine", "Pediatrics", "Psychiatry", "Clinical social work",
    "Professional counseling", "Physical therapy", "Occupational therapy", "Speech-language pathology",
    "Behavior analysis",
)  # fmt: skip

_PRIME = 99_999_989  # a step through the residues of a prime meets each number once
_STEP = 48_271


def npi_of(number: int) -> str:
    """The NPI of the provider with this number (below 99 million): valid by its check digit, in no order."""
    body = f"1{number * _STEP % _PRIME:08d}"
    digits = "80840" + body
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return f"{body}{-total % 10}"


def application_id(draw: Random) -> str:
    """An Application ID as the program makes them, from the seeded generator."""
    body = "".join(draw.choices(ALPHABET, k=15))
    return group_application_id(body + _check_character(body))


def tax_id_of(number: int) -> str:
    """The tax id of the practice with this number."""
    return f"{10 + number % 80:02d}{number % 10**7:07d}"


assert npi_problem(npi_of(7)) is None and parse_application_id(application_id(Random(7)))
