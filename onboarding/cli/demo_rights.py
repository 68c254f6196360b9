"""What applicants ask by right in the demonstration network, and the differences we tell them of, one function an act."""

from sqlalchemy import select

from onboarding.cli.demo_case import Act, Case
from onboarding.extensions import committed, db
from onboarding.models import RightsRequest
from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import RightsKind, RightsState, VerificationKind
from onboarding.queries.files import list_verifications
from onboarding.queries.rights import list_open_notices
from onboarding.services.discrepancies import send_notice
from onboarding.services.rights import answer_request, ask_correction, notice_code, use_page


def review(case: Case) -> None:
    """The applicant reads what we gathered."""
    with committed():
        use_page(case.file, RightsKind.REVIEW, case.applicant)


def ask(kind: VerificationKind, wrong: str, right: str) -> Act:
    """The applicant asks for a correction of one fact."""

    def act(case: Case) -> None:
        about = verification_row(kind).label
        with committed():
            ask_correction(case.file, case.applicant, about=about, wrong=wrong, right=right)

    return act


def tell_difference(kind: VerificationKind, said: str, found: str) -> Act:
    """The specialist sends the notice about a fact that differs."""

    def act(case: Case) -> None:
        records = [record for record in list_verifications(case.application_id) if record.kind is kind]
        with committed():
            send_notice(case.file, records[-1], case.specialist, said=said, found=found)

    return act


def answer_notice(wrong: str, right: str) -> Act:
    """The applicant answers the notice."""

    def act(case: Case) -> None:
        (notice,) = list_open_notices(case.application_id)
        with committed():
            ask_correction(case.file, case.applicant, about=notice_code(notice), wrong=wrong, right=right)

    return act


def answer(says: str) -> Act:
    """The specialist answers the request that waits."""

    def act(case: Case) -> None:
        waiting = select(RightsRequest).where(
            RightsRequest.application_id == case.application_id, RightsRequest.state == RightsState.ASKED
        )
        with committed():
            answer_request(case.file, db.session.scalars(waiting).one(), case.specialist, says)

    return act
