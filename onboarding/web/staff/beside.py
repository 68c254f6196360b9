"""What was read on a document beside the form, as a reviewer reads it: both sides of what differs, a tax ID masked."""

from dataclasses import dataclass

from onboarding.models import DocumentLook
from onboarding.policy.identifiers import digits_of
from onboarding.policy.papers import TAX_ID, Claims, Paper, PaperFinding, compare_paper
from onboarding.policy.precheck import SAME_ENDING, ends_alike
from onboarding.policy.vocabulary import DocumentKind, PrecheckState

TAGS: dict[PrecheckState, tuple[str, str]] = {
    PrecheckState.OK: ("OK", "good"),
    PrecheckState.PLEASE_CHECK: ("Please check", "bad"),
    PrecheckState.NOT_COMPARED: ("Not compared", "warn"),
}


@dataclass(frozen=True)
class Beside:
    """One thing compared: its tag and tone, and where it differs both sides with what the masks do not show."""

    what: str
    tag: str
    tone: str
    says: str
    seen: str = ""
    typed: str = ""

    @property
    def differs(self) -> bool:
        return bool(self.seen)


def beside_form(kind: DocumentKind, look: DocumentLook | None, claims: Claims) -> tuple[Beside, ...]:
    """Each thing compared on this document; empty for a kind that names nobody."""
    paper = (
        Paper(kind, look.read_by, look.seen_name, look.seen_tax_id) if look else Paper(kind, None, None, None)
    )
    return tuple(_beside(found, paper, claims) for found in compare_paper(paper, claims))


def _beside(found: PaperFinding, paper: Paper, claims: Claims) -> Beside:
    tag, tone = TAGS[found.state]
    what = found.what[0].upper() + found.what[1:]
    if not found.differs:
        return Beside(what, tag, tone, found.says)
    alike = found.what == TAX_ID and ends_alike(paper.tax_id or "", claims.tax_id)
    other_place = found.what == TAX_ID and digits_of(paper.tax_id or "") == claims.tax_id
    says = found.says if other_place else SAME_ENDING if alike else ""
    return Beside(what, tag, tone, says, found.seen, found.typed)
