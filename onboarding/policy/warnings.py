"""What deciders are warned of, though it does not stand in the way: enrollment with the State, owners."""

from onboarding.policy.days import say
from onboarding.policy.deadlines import after
from onboarding.policy.file import CredentialingFile
from onboarding.policy.verifications import enrolment_pending_since


def warnings(file: CredentialingFile) -> list[str]:
    """One sentence each, for whoever decides on this file."""
    found = []
    since = enrolment_pending_since(file)
    if since and file.today <= (last := after("state_enrolment_pending", since)):
        found.append(
            f"Arkansas Medicaid has not confirmed the enrollment, asked since {say(since)}. The plan may contract while "
            f"the State screens, until {say(last)}; then participation ends at once (42 CFR 438.602(b)(2))."
        )
    if file.owners_disclosed:
        found.append(
            "Owners or people in control are disclosed. This program does not screen them against the exclusion lists "
            "yet: check each by hand before you decide (42 CFR 455.436)."
        )
    return found
