"""How long files took, as the reports say it."""

from collections.abc import Sequence


def percentile(ordered: Sequence[int], share: int) -> int | None:
    """The smallest of these ascending days within which so many in a hundred were done (nearest rank); None of none."""
    if not ordered:
        return None
    return ordered[-(-len(ordered) * share // 100) - 1]
