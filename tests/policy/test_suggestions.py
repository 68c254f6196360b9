"""What the words of a document suggest, and that a hostile text costs no time."""

import time
from datetime import date

import pytest

from onboarding.policy.suggestions import LONGEST_TEXT, find_expiry, find_name


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Expires 12/31/2027", date(2027, 12, 31)),
        ("EXPIRATION DATE: 12-31-2027", date(2027, 12, 31)),
        ("Issued 01/15/2025. Expires on January 15, 2028.", date(2028, 1, 15)),
        ("Exp. 2027-06-30", date(2027, 6, 30)),
        ("This certificate is valid through 30 June 2027", date(2027, 6, 30)),
        ("Policy period 01/01/2026 to 01/01/2027", date(2027, 1, 1)),
        ("Policy Exp\n(MM/DD/YYYY)\n03/04/27", date(2027, 3, 4)),
        ("Effective 02/01/2026 expires 02/01/2027; umbrella expires 05/01/2027", date(2027, 5, 1)),
        ("Good until Sept. 3rd, 2026", date(2026, 9, 3)),
        ("Signed 12/31/2027", None),
        ("Expires 13/45/2027", None),
        ("This experience was dated 01/01/2027", None),
        ("expires " + "x" * 80 + " 01/01/2027", None),
        ("", None),
    ],
)
def test_a_date_counts_when_it_is_spoken_of_as_the_end(words: str, day: date | None) -> None:
    assert find_expiry(words) == day


@pytest.mark.parametrize(
    ("words", "name", "found"),
    [
        ("NAME: MARIBEL THORNQUIST, LCSW", "Maribel Thornquist", "Maribel Thornquist"),
        ("Thornquist, Maribel A.", "Maribel Anne Thornquist", "Maribel Thornquist"),
        ("Insured: Ouachita Hollow Care LLC", "Ouachita Hollow Care, LLC", "Ouachita Hollow Care Llc"),
        ("Seán O'Brien", "Sean OBrien", "Sean Obrien"),
        ("Maribel Smith", "Maribel Thornquist", ""),
        ("anything", "", ""),
    ],
)
def test_the_name_is_found_however_it_is_written(words: str, name: str, found: str) -> None:
    assert find_name(words, name) == found


@pytest.mark.parametrize("piece", ["expires ", "1/1/", "expires 1/1/2027 ", "jan 1 ", "to ", "9" * 40, "é' "])
def test_any_text_is_read_in_little_time(piece: str) -> None:
    text = piece * (3 * LONGEST_TEXT // len(piece))
    began = time.process_time()
    find_expiry(text)
    find_name(text, "Maribel Thornquist")
    assert time.process_time() - began < 1
