"""The latest five years of work by month, and the gaps in them (NCQA CR 3).

Months are first days of months. A gap is measured from the month in which one job ended to the month in which the
next began: with months alone, the longest time that may lie between them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from onboarding.policy.deadlines import clock
from onboarding.policy.fields import Answers, parse_month

EXPLAINED_AT_LEAST = 8  # letters of any explanation, in two words or more
WRITTEN_AT_LEAST = 50  # letters of an explanation in writing: a sentence, not a word


@dataclass(frozen=True)
class Gap:
    """Time without a job: from the month the last one ended to the month the next began, or to this month."""

    began: date
    ended: date
    so_far: bool = False

    @property
    def months(self) -> int:
        """How many months, at the longest reading."""
        return _index(self.ended) - _index(self.began)

    def in_writing(self, today: date) -> bool:
        """Is it so long that it must be explained at length?"""
        return self.months > clock("work_gap_in_writing", today).amount

    @property
    def said(self) -> str:
        """Between March 2023 and October 2023 (7 months)."""
        until = "now" if self.so_far else f"{self.ended:%B %Y}"
        return f"Between {self.began:%B %Y} and {until} ({self.months} months)"


def window_start(today: date, first_licensed: date | None) -> date:
    """The month from which work is asked for: five years back, or when first licensed if that is later."""
    back = _month(_index(today) - clock("work_history", today).amount)
    return max(back, first_licensed.replace(day=1)) if first_licensed else back


def find_gaps(jobs: Iterable[tuple[date, date | None]], start: date, today: date) -> tuple[Gap, ...]:
    """The gaps longer than six months between `start` and today, oldest first. A job without an end goes on."""
    limit = clock("work_gap_explained", today).amount
    worked_until, now = start, today.replace(day=1)
    found: list[Gap] = []
    for began, ended in sorted(jobs, key=lambda job: job[0]):
        if began > worked_until:
            found.append(Gap(worked_until, min(began, now), so_far=began > now))
        worked_until = max(worked_until, ended or now)
    if now > worked_until:
        found.append(Gap(worked_until, now, so_far=True))
    return tuple(gap for gap in found if gap.months > limit)


def gaps_of(answers: Answers, today: date) -> tuple[Gap, ...]:
    """The gaps in the work history of a form; entries whose months cannot be read do not count."""
    start = window_start(today, parse_month(str(answers.get("first_licensed") or "")))
    worked = answers.get("jobs") if answers.get("worked") == "yes" else None
    jobs = [job for entry in worked or () if (job := _job(entry))]
    return find_gaps(jobs, start, today)


def gap_entries(answers: Answers, today: date) -> list[dict[str, Any]]:
    """The gaps as entries of the form, each with the explanation that covers it; a gap that grew has none yet."""
    given = [entry for entry in answers.get("gaps") or () if entry.get("explained")]
    return [
        {
            "id": f"{gap.began:%Y-%m}",
            "gap": gap.said,
            "began": f"{gap.began:%Y-%m}",
            "ended": "" if gap.so_far else f"{gap.ended:%Y-%m}",
            "explained": next((entry["explained"] for entry in given if _covers(entry, gap)), ""),
        }
        for gap in gaps_of(answers, today)
    ]


def _covers(entry: Mapping[str, Any], gap: Gap) -> bool:
    began, ended = parse_month(str(entry.get("began") or "")), parse_month(str(entry.get("ended") or ""))
    if began is None or began > gap.began:
        return False
    return ended is None or (not gap.so_far and gap.ended <= ended)


def _job(entry: Mapping[str, Any]) -> tuple[date, date | None] | None:
    began, ended = (parse_month(str(entry.get(code) or "")) for code in ("job_began", "job_ended"))
    going_on = entry.get("job_current") == "yes"
    return (began, None if going_on else ended) if began and (going_on or ended) else None


def _index(month: date) -> int:
    return month.year * 12 + month.month - 1


def _month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)
