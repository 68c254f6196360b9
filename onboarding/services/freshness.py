"""The day on which a file goes stale, kept on its row so that the queue finds it by index. Derived, never typed."""

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from onboarding.extensions import db
from onboarding.models import Application
from onboarding.policy.file import CredentialingFile
from onboarding.policy.forecast import FORECAST_STATUSES, stale_on
from onboarding.queries.files import get_credentialing_file


def restate(application: Application, file: CredentialingFile | None = None) -> bool:
    """State anew on which day the file goes stale, by what is recorded of it; did it change? A version of the file does
    not rise by it: nothing was done to the file."""
    day = None
    if application.status in FORECAST_STATUSES:
        day = stale_on(file or get_credentialing_file(application))
    if day == application.stale_on:
        return False
    db.session.execute(
        update(Application).where(Application.id == application.id).values(stale_on=day),
        execution_options={"synchronize_session": False},
    )
    set_committed_value(application, "stale_on", day)
    return True
