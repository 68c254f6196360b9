"""The numbers of the field: good ones pass, every slip of the pen is caught, and no text takes long to refuse.

The check digits are worked out here once more, as the published rules describe them.
"""

import math
import re
import time
from collections.abc import Callable

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from onboarding.policy.contract_form import FIELDS, Entry, clean, field_problem, parse_day
from onboarding.policy.identifiers import (
    ALPHABET,
    account_number_problem,
    caqh_problem,
    clia_problem,
    dea_problem,
    dea_surname_warning,
    digits_of,
    ein_warning,
    group_application_id,
    looks_like_ssn,
    new_application_id,
    new_provider_number,
    npi_problem,
    parse_application_id,
    routing_number_problem,
    sort_key,
    tax_id_problem,
    taxonomy_problem,
)

quick = settings(deadline=None, max_examples=120)
DIGITS = "0123456789"
DASHES = "\u002d\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"

PROBLEMS: dict[str, Callable[[str], str | None]] = {
    "npi": npi_problem, "dea": dea_problem, "clia": clia_problem, "tax id": tax_id_problem,
    "routing": routing_number_problem, "taxonomy": taxonomy_problem, "account": account_number_problem, "caqh": caqh_problem,
}  # fmt: skip
GOOD = {
    "npi": "1558598797", "dea": "BB1388568", "clia": "04D1234567", "tax id": "12-3456789", "routing": "111000025", "taxonomy": "207Q00000X",
    "account": "0012345678", "caqh": "12345678",
}  # fmt: skip


# NPI: add 24 for the prefix 80840, double every second digit from the right of the nine, add the digits.


def npi_check_digit(nine: str) -> str:
    total = 24
    for place, digit in enumerate(nine):
        total += sum(map(int, str(2 * int(digit)))) if place % 2 == 0 else int(digit)
    return str(math.ceil(total / 10) * 10 - total)


nine_digits = st.builds(
    lambda first, rest: first + rest, st.sampled_from("12"), st.text(DIGITS, min_size=8, max_size=8)
)
npis = nine_digits.map(lambda nine: nine + npi_check_digit(nine))


@pytest.mark.parametrize("npi", ["1558598797", "1234567893"])
def test_published_example_npis_are_good(npi: str) -> None:
    assert npi_problem(npi) is None


@quick
@given(npis, st.integers(0, 9), st.sampled_from(DIGITS))
def test_an_npi_is_good_and_with_one_digit_wrong_it_is_not(npi: str, place: int, digit: str) -> None:
    assert npi_problem(npi) is None
    wrong = npi[:place] + digit + npi[place + 1 :]
    assert (npi_problem(wrong) is None) == (wrong == npi)


@quick
@given(npis, st.integers(0, 8))
def test_two_neighbors_of_an_npi_swapped_are_caught_but_for_zero_and_nine(npi: str, place: int) -> None:
    one, other = npi[place], npi[place + 1]
    assume(one != other and {one, other} != {"0", "9"})
    assert npi_problem(npi[:place] + other + one + npi[place + 2 :]) is not None


@pytest.mark.parametrize(
    "text",
    ["", "155859879", "15585987970", "3558598797", "0558598797", "155859879O", "1558598797 ", "155-859-8797",
     "\u0661\u0665\u0665\u0668\u0665\u0669\u0668\u0667\u0669\u0667", "\uff11558598797", "¹558598797"],
)  # fmt: skip
def test_what_is_not_ten_plain_digits_is_no_npi(text: str) -> None:
    assert npi_problem(text) is not None


# DEA: first, third and fifth digit, and twice the second, fourth and sixth; the last digit of the sum is the seventh.


def dea_check_digit(six: str) -> str:
    odd, even = sum(int(d) for d in six[::2]), sum(int(d) for d in six[1::2])
    return str(odd + 2 * even)[-1]


deas = st.builds(
    lambda first, second, six: first + second + six + dea_check_digit(six),
    st.sampled_from("ABFGM"),
    st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ9"),
    st.text(DIGITS, min_size=6, max_size=6),
)


@pytest.mark.parametrize("number", ["BB1388568", "AB1234563", "mb1388568", "F91388568", " BB1388568 "])
def test_published_and_lower_case_dea_numbers_are_good(number: str) -> None:
    assert dea_problem(number) is None


@quick
@given(deas, st.integers(2, 8), st.sampled_from(DIGITS))
def test_a_dea_number_with_one_digit_wrong_is_caught_where_its_weight_tells(
    number: str, place: int, digit: str
) -> None:
    assert dea_problem(number) is None
    wrong = number[:place] + digit + number[place + 1 :]
    twice_over = (
        place in (3, 5, 7) and (int(digit) - int(number[place])) % 5 == 0
    )  # doubled, five apart looks the same
    assert (dea_problem(wrong) is None) == (wrong == number or twice_over)


@pytest.mark.parametrize(
    "text", ["", "BB138856", "BB13885680", "B11388568", "9B1388568", "BB138856\u0668", "BB 1388568"]
)
def test_what_is_not_two_letters_and_seven_digits_is_no_dea_number(text: str) -> None:
    assert dea_problem(text) is not None


# CLIA


@pytest.mark.parametrize(("text", "good"), [
    ("04D1234567", True), ("04d1234567", True), (" 04D1234567 ", True), ("", False), ("04E1234567", False),
    ("4D1234567", False), ("04D123456", False), ("04D12345678", False), ("04D123456O", False), ("0\u0664D1234567", False),
])  # fmt: skip
def test_a_clia_number_has_ten_characters_the_third_a_d(text: str, good: bool) -> None:
    assert (clia_problem(text) is None) == good


# Tax id


@pytest.mark.parametrize(
    "text", ["12-3456789", "123456789", "12 3456789", "123-45-6789", "71-0000001", "98\u20110000001"]
)
def test_nine_digits_with_or_without_dashes_are_a_tax_id(text: str) -> None:
    assert tax_id_problem(text) is None


@pytest.mark.parametrize("text", ["001-23-4567", "003-12-3456", "007-45-6789", "009-99-9999"])
def test_the_number_of_somebody_born_in_new_hampshire_maine_or_vermont_is_a_tax_id(text: str) -> None:
    """Social security areas 001 to 009: a sole proprietor from there reports under one."""
    assert tax_id_problem(text) is None


@pytest.mark.parametrize(
    "text", ["000-12-3456", "00-0000000", "001-00-4567", "001-23-0000", "111111111", "999999999"]
)
def test_a_number_never_issued_as_either_is_refused(text: str) -> None:
    assert "never issued" in tax_id_problem(text)


@pytest.mark.parametrize("text", ["", "12345678", "1234567890", "12-345678X", "\uff1123456789", "١٢٣٤٥٦٧٨٩"])
def test_what_is_not_nine_plain_digits_is_no_tax_id(text: str) -> None:
    assert "nine digits" in tax_id_problem(text)


# Routing and account numbers: 3(d1+d4+d7) + 7(d2+d5+d8) + (d3+d6+d9) is a multiple of ten.


def routing_check_digit(eight: str) -> str:
    d = [int(digit) for digit in eight]
    total = 3 * (d[0] + d[3] + d[6]) + 7 * (d[1] + d[4] + d[7]) + d[2] + d[5]
    return str(-total % 10)


FEDERAL_DISTRICTS = [*range(1, 13), *range(21, 33), *range(61, 73), 80]
eights = st.builds(
    lambda first, six: f"{first:02d}{six}",
    st.sampled_from(FEDERAL_DISTRICTS),
    st.text(DIGITS, min_size=6, max_size=6),
)
routings = eights.map(lambda eight: eight + routing_check_digit(eight))


@quick
@given(routings, st.integers(0, 8), st.sampled_from(DIGITS))
@example("111000025", 8, "6")
def test_a_routing_number_is_good_and_with_one_digit_wrong_it_is_not(
    number: str, place: int, digit: str
) -> None:
    assert routing_number_problem(number) is None
    wrong = number[:place] + digit + number[place + 1 :]
    assert (routing_number_problem(wrong) is None) == (wrong == number)


@quick
@given(routings, st.integers(0, 7))
def test_two_neighbors_of_a_routing_number_swapped_are_caught_unless_five_apart(
    number: str, place: int
) -> None:
    one, other = number[place], number[place + 1]
    assume((int(one) - int(other)) % 5)
    assert routing_number_problem(number[:place] + other + one + number[place + 2 :]) is not None


@pytest.mark.parametrize("first", sorted(set(range(100)) - set(FEDERAL_DISTRICTS)))
def test_a_routing_number_of_no_federal_district_is_refused(first: int) -> None:
    eight = f"{first:02d}000002"
    assert routing_number_problem(eight + routing_check_digit(eight)) is not None


@pytest.mark.parametrize("text", ["", "000000000", "11100002", "1110000250", "11100002X", "١١١٠٠٠٠٢٥"])
def test_what_is_not_nine_plain_digits_is_no_routing_number(text: str) -> None:
    assert routing_number_problem(text) is not None


@pytest.mark.parametrize(("text", "good"), [
    ("12345", True), ("1234", False), ("12345678901234567", True), ("12 34-56", True), ("123", False), ("123456789012345678", False),
    ("", False), ("12A4", False), ("١٢٣٤", False),
])  # fmt: skip
def test_an_account_number_has_five_to_seventeen_digits(text: str, good: bool) -> None:
    assert (account_number_problem(text) is None) == good


@pytest.mark.parametrize(("text", "good"), [
    ("12345", False), ("123456", True), ("12345678", True), ("123456789", True), ("1234567890", False), ("", False),
    ("1234567B", False), ("1234-5678", True),
])  # fmt: skip
def test_a_caqh_number_has_six_to_nine_digits(text: str, good: bool) -> None:
    assert (caqh_problem(text) is None) == good


# Application ID


def iso_7064_like_check(body: str) -> str:
    """The check character by hand: 2 to the powers of the places, modulo 31 with zero read as 30, then modulo 30."""
    product = 29
    for character in body:
        total = (product + ALPHABET.index(character)) % 30 or 30
        product = 2 * total % 31
    return ALPHABET[(1 - product) % 30]


bodies = st.text(ALPHABET, min_size=15, max_size=15)
application_ids = bodies.map(lambda body: group_application_id(body + iso_7064_like_check(body)))


def test_an_application_id_carries_at_least_sixty_random_bits() -> None:
    assert 15 * math.log2(len(ALPHABET)) >= 60


def test_the_alphabet_has_no_letter_that_looks_like_another() -> None:
    assert not set(ALPHABET) & set("01OILU")
    assert len(ALPHABET) == len(set(ALPHABET)) == 30


def test_new_application_ids_are_good_in_groups_of_four_and_all_different() -> None:
    made = {new_application_id() for _ in range(2000)}
    assert len(made) == 2000
    for one in made:
        assert re.fullmatch(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{3}}", one)
        assert parse_application_id(one) == one


def test_every_letter_comes_up_in_every_place_of_new_application_ids() -> None:
    places = zip(*(new_application_id().replace("-", "")[:15] for _ in range(1500)), strict=True)
    assert all(set(place) == set(ALPHABET) for place in places)


@quick
@given(application_ids)
def test_the_check_character_is_the_one_worked_out_by_hand(public_id: str) -> None:
    assert parse_application_id(public_id) == public_id


@settings(deadline=None, max_examples=40)
@given(application_ids)
def test_every_single_wrong_character_of_an_application_id_is_caught(public_id: str) -> None:
    text = public_id.replace("-", "")
    for place, right in enumerate(text):
        for wrong in ALPHABET:
            if wrong != right:
                assert parse_application_id(text[:place] + wrong + text[place + 1 :]) is None


@quick
@given(application_ids, st.integers(0, 14))
def test_two_neighbors_of_an_application_id_swapped_are_caught_but_for_one_pair_in_thirty(
    public_id: str, place: int
) -> None:
    text = public_id.replace("-", "")
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    found = parse_application_id(swapped)
    assert found is None or found == group_application_id(swapped)
    if text[place] != text[place + 1] and found:
        assert iso_7064_like_check(swapped[:-1]) == swapped[-1]


@quick
@given(
    application_ids,
    st.sampled_from([*DASHES, " ", "\t", "\u00a0", "\u2009", "\u200b", "", " - ", "\n"]),
    st.booleans(),
)
def test_an_application_id_is_read_however_it_was_typed_or_pasted(
    public_id: str, between: str, lower: bool
) -> None:
    typed = between.join(public_id.split("-"))
    typed = f" {typed.lower() if lower else typed}\n"
    assert parse_application_id(typed) == public_id


@pytest.mark.parametrize("look_alike", list("01OILUoilu"))
def test_a_look_alike_is_refused_since_no_application_id_has_one(look_alike: str) -> None:
    text = new_application_id().replace("-", "")
    assert all(
        parse_application_id(text[:place] + look_alike + text[place + 1 :]) is None for place in range(16)
    )


@pytest.mark.parametrize(
    "typed",
    ["", "-", "7KQM", "7KQM-2XPT-9HWB-RD4", "7KQM-2XPT-9HWB-RD4CC", "٧KQM-2XPT-9HWB-RD4C", "\x00" * 16],
)
def test_what_is_not_sixteen_letters_of_the_alphabet_is_no_application_id(typed: str) -> None:
    assert parse_application_id(typed) is None


@quick
@given(st.text(max_size=60))
def test_any_text_at_all_is_an_application_id_or_none(typed: str) -> None:
    found = parse_application_id(typed)
    assert found is None or parse_application_id(found) == found


# Provider number


def luhn_sum(digits: str) -> int:
    return sum(sum(map(int, str(int(d) * (1 + place % 2)))) for place, d in enumerate(reversed(digits)))


def test_a_provider_number_has_its_prefix_its_length_and_a_luhn_check_digit() -> None:
    for _ in range(300):
        number = new_provider_number("P", 9)
        assert re.fullmatch(r"P[1-9][0-9]{8}", number)
        assert luhn_sum(number[1:]) % 10 == 0


# A social security number in a text


@pytest.mark.parametrize(
    "text",
    ["123-45-6789", "123 45 6789", "My SSN is 123-45-6789.", "(123-45-6789)", "x123-45-6789x", "123.45.6789",
     *(f"123{dash}45{dash}6789" for dash in DASHES), "123\u00a045\u00a06789", "123\u200945\u20096789", "123-45 6789",
     "123 - 45 - 6789", "123/45/6789", "123_45_6789", "\uff11\uff12\uff13-\uff14\uff15-\uff16\uff17\uff18\uff19",
     "My SSN is 123456789", "my ssn 123456789", "SSN123456789", "S.S.N. 123 456789", "social security no. 123456789",
     "My social: 123456789", "123456789 is my SSN"],
)  # fmt: skip
def test_a_social_security_number_is_seen_however_it_is_written(text: str) -> None:
    assert looks_like_ssn(text)


@pytest.mark.parametrize(
    "text",
    ["", "501-555-0142", "72201-1234", "2026-03-02", "000-12-3456", "666-12-3456", "912-34-5678", "123-00-4567",
     "123-45-0000", "1123-45-6789", "123-45-67890", "12-3456789", "123456789", "Suite 100", "04D1234567", "3/2/2026",
     "License 204417889 of the Social Work Licensing Board", "NPI 1558598797, SSN ending in 6789", "Assn. 204417889",
     "Beside the Social Security office, Little Rock, AR 72205-1234", "CAQH 14203377, AB1234563", "the boss now: 204417889",
     "social isolation group, license 204417889"],
)  # fmt: skip
def test_other_numbers_are_not_taken_for_one(text: str) -> None:
    assert not looks_like_ssn(text)


def test_nine_digits_in_a_row_are_one_where_only_a_name_belongs() -> None:
    assert looks_like_ssn("Zoe 219099998", bare=True) and not looks_like_ssn("Zoe 219099998")


@quick
@given(st.integers(1, 899).filter(lambda area: area != 666), st.integers(1, 99), st.integers(1, 9999))
def test_every_number_that_may_have_been_issued_is_seen(area: int, group: int, serial: int) -> None:
    assert looks_like_ssn(f"see {area:03d}-{group:02d}-{serial:04d} there")


# Numbers as typed


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("12-3456789", "123456789"), (" (501) 555.0142 ", "5015550142"), ("98\u20110000001", "980000001"), ("", ""),
     ("12\u00a034", "1234"), ("1/2", "1/2")],
)  # fmt: skip
def test_spaces_dashes_periods_and_brackets_are_no_part_of_a_number(typed: str, digits: str) -> None:
    assert digits_of(typed) == digits


@pytest.mark.parametrize("name", sorted(PROBLEMS))
@pytest.mark.parametrize("behind", ["9", "x", "<b>", "\x00", "  and more"])
def test_nothing_hides_behind_many_spaces(name: str, behind: str) -> None:
    assert PROBLEMS[name](GOOD[name]) is None
    assert PROBLEMS[name](GOOD[name] + " " * 60 + behind) is not None


def test_nothing_hides_behind_an_application_id() -> None:
    assert parse_application_id(new_application_id() + " " * 60 + "<b>") is None


@pytest.mark.parametrize(("name", "key"), [
    ("O'Brien,  Mary-Ann", "o brien mary ann"), ("  Núñez ", "nunez"), ("", ""), ("***", ""), ("A" * 900, "a" * 200),
])  # fmt: skip
def test_a_sort_key_is_plain_lower_case(name: str, key: str) -> None:
    assert sort_key(name) == key


# Long texts

LENGTH = 50_000
LONG_TEXTS = [
    "1" * LENGTH, " " * LENGTH, "-" * LENGTH, "a" * LENGTH, "é" * LENGTH, "\x00" * LENGTH, "1-" * (LENGTH // 2),
    "123-45-" * (LENGTH // 7), "12 " * (LENGTH // 3), "a@" + "a." * (LENGTH // 2), "a" * (LENGTH // 2) + "@" * (LENGTH // 2),
    "@a." * (LENGTH // 3), "1558598797" + " " * LENGTH, "\u2011" * LENGTH, "12/31/" * (LENGTH // 6), "<" * LENGTH,
    "-." * (LENGTH // 2), "ﬃ" * LENGTH,
]  # fmt: skip
EVERY_CHECK: dict[str, Callable[[str], object]] = {
    **PROBLEMS,
    "application id": parse_application_id,
    "ssn": looks_like_ssn,
    "digits": digits_of,
    "sort key": sort_key,
    "date": parse_day,
    **{f"form: {field.code}": field.check for field in FIELDS},
    **{f"answer: {field.code}": lambda text, field=field: field_problem(field, {field.code: text}) for field in FIELDS
       if field.entry is not Entry.CHOICES},
    **{f"kept: {field.code}": lambda text, field=field: clean(field, text) for field in FIELDS
       if field.entry is not Entry.CHOICES},
}  # fmt: skip


def seconds_for(check: Callable[[str], object], text: str) -> float:
    best = math.inf
    for _ in range(3):
        start = time.perf_counter()
        check(text)
        best = min(best, time.perf_counter() - start)
        if best < 0.02:
            break
    return best


@pytest.mark.parametrize("name", sorted(EVERY_CHECK))
def test_fifty_thousand_characters_are_refused_in_no_time(name: str) -> None:
    for text in LONG_TEXTS:
        assert seconds_for(EVERY_CHECK[name], text) < 0.05, text[:12]


@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_fifty_thousand_characters_are_never_a_good_number(name: str) -> None:
    assert all(PROBLEMS[name](text) is not None for text in LONG_TEXTS)


@pytest.mark.parametrize("name", sorted(PROBLEMS))
@quick
@given(text=st.text(max_size=30))
def test_any_text_at_all_is_good_or_gets_one_sentence(name: str, text: str) -> None:
    problem = PROBLEMS[name](text)
    assert problem is None or (problem[0].isupper() and problem.endswith("."))


@pytest.mark.parametrize(
    ("number", "last_name", "warned"),
    [
        ("MT1234563", "Thornquist", False),
        ("mt1234563", "thornquist", False),
        ("M91234563", "Thornquist", False),
        ("MB1234563", "Thornquist", True),
        ("ME1234563", "Éclair", False),
        ("MB1234563", "", False),
        ("", "Thornquist", False),
    ],
)
def test_the_second_letter_of_a_dea_number_is_a_warning_only(
    number: str, last_name: str, warned: bool
) -> None:
    assert bool(dea_surname_warning(number, last_name)) is warned


@pytest.mark.parametrize(
    ("tax_id", "warned"),
    [("12-3456789", False), ("713456789", False), ("07-1234567", True), ("891234567", True)],
)
def test_a_tax_id_that_begins_as_no_ein_does_is_a_warning_only(tax_id: str, warned: bool) -> None:
    assert bool(ein_warning(tax_id)) is warned
    assert tax_id_problem(tax_id) is None
