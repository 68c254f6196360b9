"""The roster of the demonstration network: an agency's practitioners, one row of them to be corrected. All invented."""

import csv
import io

from onboarding.cli.demo_case import Case
from onboarding.extensions import committed
from onboarding.jobs.rosters import work_on_rosters
from onboarding.models import Roster
from onboarding.services.rosters import receive_roster, start_import
from onboarding.storage import Store

_HEADER = ("NPI", "Degree", "Last Name", "First Name", "DOB", "Lic #", "Lic State", "Lic Exp Date", "Fax")
_ROWS = (
    ("1000010011", "LCSW", "Penrose", "Ivy", "02/11/1984", "7714-C", "AR", "11/30/2039", "870-555-0119"),
    ("1000010029", "LPC", "Abernathy", "Marcus", "09/03/1979", "P1204", "AR", "06/30/2039", "870-555-0119"),
    ("1000010037.0", "Psychologist", "Lindgren", "Sofia", "1971-12-20", "88-16P", "AR", "2039-12-31", ""),
    ("1000010046", "LCSW", "Okafor", "Daniel", "05/19/1990", "8120-C", "AR", "11/30/2039", "870-555-0119"),
)  # the NPI of the last row has a wrong digit


def send_roster(case: Case) -> None:
    """The agency's contact sends a roster and has its good rows imported; the clock does it the same day. NPPES is not
    asked about people who are invented."""
    settings = case.desk.settings.model_copy(update={"nppes_url": ""})
    out = io.StringIO(newline="")
    csv.writer(out).writerows([("Current practitioners",), (), _HEADER, *_ROWS])
    stored = Store(settings.storage).put("rosters", out.getvalue().encode())
    with committed():
        roster_id = receive_roster(
            case.file,
            case.applicant,
            file_name="practitioners.csv",
            sha256=stored.sha256,
            storage_key=stored.key,
        ).id
    work_on_rosters(settings)
    with committed() as session:
        start_import(case.file, session.get_one(Roster, roster_id), case.applicant)
