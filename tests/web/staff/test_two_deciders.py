"""Two medical directors sign the same 200 clean files at once: nothing is decided twice and nothing is left out."""

import threading
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select

from onboarding.extensions import committed, db
from onboarding.models import (
    Application,
    Authorization,
    ContractForm,
    Decision,
    Document,
    Letter,
    Participation,
    Practitioner,
    Screening,
    Verification,
)
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import LetterKind, Role, Status
from onboarding.web.staff.clean_files import Signed, sign_one
from tests.support.cases import actor_of, make_case, make_staff
from tests.support.people import npi

FILES = 200
_FAR = 10_000  # where the numbers of the copies begin


def copies_of(application: Application) -> None:
    """The same file under other numbers, row by row: what makes a file ready, 199 times at the cost of one."""
    numbers = range(1, FILES)

    def rows(model: Any, **same: Any) -> list[dict[str, Any]]:
        table = model.__table__
        query = select(table).where(*(table.c[name] == value for name, value in same.items()))
        return [dict(row) for row in db.session.execute(query).mappings()]

    own = {"application_id": application.id}
    forms, files = rows(ContractForm, id=application.form_id), rows(Application, id=application.id)
    with committed() as work:
        work.execute(insert(ContractForm.__table__), [{**forms[0], "id": _FAR + n} for n in numbers])
        changed = [
            {
                **files[0],
                "id": _FAR + n,
                "form_id": _FAR + n,
                "npi": npi(50_000 + n),
                "public_id": f"COPY-{n}",
            }
            for n in numbers
        ]
        work.execute(insert(Application.__table__), changed)
        for model in (Practitioner, Authorization, Verification, Screening, Document):
            for row in rows(model, **own):
                del row["id"]
                copied = [{**row, "application_id": _FAR + n} for n in numbers]
                for n, copy in zip(numbers, copied, strict=True):
                    if "public_id" in copy:
                        copy["public_id"] = f"{n}-{copy['public_id']}"[:32]
                work.execute(insert(model.__table__), copied)


def test_two_deciders_at_once_on_200_files_give_200_decisions_and_200_letters(app: Flask) -> None:
    """In threads, each with its own connection; on both databases."""
    copies_of(make_case(Status.READY))
    keys = [
        f"{row.id}:{row.version}" for row in db.session.execute(select(Application.id, Application.version))
    ]
    directors = [
        actor_of(make_staff(Role.MEDICAL_DIRECTOR, name=name)) for name in ("Amara Nwosu", "Bode Ferrante")
    ]
    together, told = threading.Barrier(len(directors)), []

    def sign(actor: Actor) -> None:
        with app.app_context():
            together.wait()
            told.append([sign_one(key, actor, "password asked again") for key in keys])
            db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=sign, args=(actor,)) for actor in directors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused: list[Signed] = [one for answers in told for one in answers if one.reasons]
    assert len(keys) == FILES and len(refused) == FILES
    assert all("changed after you opened" in one.reasons[0] for one in refused)
    for model, more in ((Decision, ()), (Participation, ()), (Letter, (Letter.kind == LetterKind.WELCOME,))):
        decided = select(func.count(model.application_id.distinct()), func.count()).where(*more)
        assert tuple(db.session.execute(decided).one()) == (FILES, FILES), model
