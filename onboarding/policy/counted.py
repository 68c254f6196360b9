"""How many of something, in words."""


def counted(number: int, one: str, many: str = "") -> str:
    """The number with its word: "1 row", "2,000 rows". `many` is the word for several, where it is not `one` with an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
