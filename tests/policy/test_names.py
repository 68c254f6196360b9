"""Names are compared by what they say, not by how they are typed, and a name cut by a list's column is still known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.policy.names import (
    BUSINESS_WIDTH,
    FIRST_WIDTH,
    LAST_WIDTH,
    business_key,
    business_look_up,
    close_spelling,
    name_key,
    name_look_up,
    same_business,
    same_name,
)

# No I, J and S: a word JR or III at the end is a generation and no part of the name.
LATIN = st.text(st.sampled_from("abcdefghklmnopqrtuvwxyzABCXYZéüñøßłÅ -'."), max_size=60)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("O'Brien", "OBRIEN"),
        ("O\u2019Brien", "OBRIEN"),
        ("de la Cruz", "DELACRUZ"),
        ("Smith-Jones", "SMITHJONES"),
        ("  smith  ", "SMITH"),
        ("Núñez", "NUNEZ"),
        ("Müller", "MULLER"),
        ("Strauß", "STRAUSS"),
        ("Sørensen", "SORENSEN"),
        ("Łukasik", "LUKASIK"),
        ("St. Clair", "STCLAIR"),
        ("Ortega Jr.", "ORTEGA"),
        ("Ortega, III", "ORTEGA"),
        ("JR", "JR"),
        ("", ""),
        ("--", ""),
        ("Иванова", ""),
    ],
)
def test_a_name_key_is_letters_and_digits_without_accents_or_generation(typed: str, key: str) -> None:
    assert name_key(typed) == key


@pytest.mark.parametrize(
    "typed",
    ["Bluebird Care, LLC", "BLUEBIRD CARE INC", "The Bluebird Care Co., Inc.", "bluebird care P.A.", "Bluebird Care L L C",
     "Blue-Bird Care Corporation"],
)  # fmt: skip
def test_a_business_key_forgets_the_legal_form(typed: str) -> None:
    assert business_key(typed) == "BLUEBIRDCARE"


def test_a_legal_form_inside_a_business_name_stays() -> None:
    assert business_key("Co-op Pharmacy") == "COOPPHARMACY"
    assert business_key("PA Medical") == "PAMEDICAL"


def test_a_business_called_only_by_legal_forms_keeps_one() -> None:
    assert business_key("Inc LLC") == "INC"


def test_an_ampersand_is_and() -> None:
    assert business_key("Reed & Vale") == business_key("Reed and Vale")


@given(LATIN)
def test_case_and_spaces_do_not_change_a_key(text: str) -> None:
    for key in (name_key, business_key):
        assert key(text.upper()) == key(text) == key(text.lower())
        assert key(f"  {text.replace(' ', '   ')} ") == key(text)


@given(st.text(max_size=300))
def test_a_key_is_plain_and_bounded_whatever_is_typed(text: str) -> None:
    for key, most in ((name_key(text), 60), (business_key(text), 120)):
        assert len(key) <= most
        assert key == "" or (key.isascii() and key.isalnum() and key == key.upper())


@given(LATIN)
def test_a_name_equals_itself_cut_at_the_width_of_the_list(text: str) -> None:
    for width in (LAST_WIDTH, FIRST_WIDTH):
        cut = text.strip()[:width]
        if len(name_key(cut)) >= width // 2:
            assert same_name(cut, text, width)
            assert name_key(cut) in name_look_up(text, width)


@given(st.text(max_size=60))
def test_an_empty_name_equals_nothing(text: str) -> None:
    assert not same_name("", text, LAST_WIDTH)
    assert not same_name(text, "", LAST_WIDTH)
    assert not same_business("", text)
    assert not same_business(text, "")


def test_a_long_name_agrees_with_its_cut_form_and_a_short_beginning_does_not() -> None:
    assert same_name("WINTERBOTTOM-FEATHER", "Winterbottom-Featherstonehaugh", LAST_WIDTH)
    assert same_name(
        "WINTERBOTTOM OF THE", "Winterbottom of the Vale", LAST_WIDTH
    )  # the cut fell behind a space
    assert not same_name("WINTER", "Winterbottom", LAST_WIDTH)


@pytest.mark.parametrize(
    ("listed", "own"),
    [
        ("EVERGREEN HOME HEALTH CARE SER", "Evergreen Home Health Care Services, Inc."),
        ("LITTLE ROCK RIVERSIDE THERAPY", "Little Rock Riverside Therapy Center"),
        ("OZARK FOOTHILLS CARE CORPORATI", "Ozark Foothills Care Corporation"),
        ("OZARK FOOTHILLS CARE CORPORATI", "Ozark Foothills Care"),
        ("BLUEBIRD CARE INC", "Bluebird Care, LLC"),
    ],
)
def test_a_business_name_cut_by_the_list_is_still_known_and_found(listed: str, own: str) -> None:
    assert same_business(listed, own)
    assert business_key(listed, cut_at=BUSINESS_WIDTH) in business_look_up(own)


def test_different_businesses_are_different() -> None:
    assert not same_business("EVERGREEN HOME HEALTH CARE SER", "Evergreen Home Decor")
    assert not same_business("BLUEBIRD CARE INC", "Bluebird Careers")


@pytest.mark.parametrize(
    ("one", "other", "close"),
    [
        ("HOLLOWAY", "HOLOWAY", True),
        ("HOLLOWAY", "HOLLWOAY", True),
        ("HOLLOWAY", "HALLAWAY", True),
        ("HOLLOWAY", "GALLAGHER", False),
        ("HOLLOWAY", "HOLLOWAYTON", False),
        ("REED", "READ", True),
        ("REED", "REEDER", False),
        ("LI", "LU", False),
        ("", "", False),
    ],
)
def test_close_spelling_is_a_slip_or_two(one: str, other: str, close: bool) -> None:
    assert close_spelling(one, other) is close
    assert close_spelling(other, one) is close
