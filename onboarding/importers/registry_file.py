"""What the readers of registry files share: the columns of a header found by name, wherever they stand."""

from collections.abc import Iterable, Mapping

from onboarding.errors import BadFile


def find_columns(
    header: list[str], wanted: Iterable[str], aliases: Mapping[str, str], advice: str
) -> list[int]:
    """The place of each wanted column. Case and spacing do not count, `aliases` give other names a column has had.

    Raises BadFile when one is missing or stands twice.
    """
    wanted = list(wanted)
    names = [aliases.get(_plain(name), _plain(name)) for name in header]
    places = {name: place for place, name in enumerate(names)}
    missing = [name for name in wanted if _plain(name) not in places]
    if len(missing) > len(wanted) // 2:
        raise BadFile(f"The first line does not name the columns of this file. {advice}")
    if missing:
        shown = ", ".join(missing[:5]) + (" and more" if len(missing) > 5 else "")
        raise BadFile(f"The header of the file has changed; missing: {shown}. {advice}")
    twice = [name for name in wanted if names.count(_plain(name)) > 1]
    if twice:
        raise BadFile(f"A column stands twice in the header: {', '.join(twice[:5])}. {advice}")
    return [places[_plain(name)] for name in wanted]


def _plain(name: str) -> str:
    return " ".join(name.lower().split())
