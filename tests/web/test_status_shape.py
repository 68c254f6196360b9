"""A filled shape of the status page is the page the template would draw, to the letter, for every applicant."""

import pytest
from flask import Flask, render_template, session

from onboarding.policy.vocabulary import ProviderType, Status
from onboarding.policy.workflow import JOURNEY
from onboarding.queries.status import StatusView, find_status_view
from onboarding.web import status_shape
from onboarding.web.status_shape import draw
from onboarding.web.status_words import status_page
from tests.support.cases import make_case, upload_all


def _drawn(app: Flask, application_id: int) -> tuple[str, str]:
    """By the shape, and by the template."""
    view = find_status_view(application_id)
    assert view is not None
    shown = status_page(view)
    with app.test_request_context("/status"):
        session["application"] = {"id": application_id, "seen": 0}
        megabytes = app.extensions["settings"].upload_megabytes
        plain = render_template(
            "status/application.html", application=view.application, shown=shown, typed={}, megabytes=megabytes,
            journey=JOURNEY,
        )  # fmt: skip
        return draw(view.application, shown), plain


@pytest.mark.parametrize("status", list(Status))
def test_the_page_of_every_status_is_drawn_the_same(app: Flask, status: Status) -> None:
    shaped, plain = _drawn(app, make_case(status).id)
    assert shaped == plain


def test_a_second_applicant_of_the_same_shape_gets_a_page_of_their_own(app: Flask) -> None:
    cases = [make_case(Status.GATHERING, ProviderType.CNP, first_name=name) for name in ("Ada", "Ma&x")]
    for case in cases:
        upload_all(case)
    before = status_shape._pieces_of.cache_info().hits
    (first, _), (second, plain) = [_drawn(app, case.id) for case in cases]
    assert status_shape._pieces_of.cache_info().hits > before, "the second was not drawn anew"
    assert second == plain
    assert cases[1].public_id in second and cases[0].public_id not in second
    assert "Ma&amp;x" in second and "Ada" not in second
    assert cases[1].public_id not in first


def test_what_is_kept_holds_nothing_of_an_applicant(app: Flask) -> None:
    case = make_case(Status.RECEIVED, first_name="Unmistakable")
    _drawn(app, case.id)
    view = find_status_view(case.id)
    assert view is not None
    kept: list[object] = []
    whole = status_shape._pieces_of
    status_shape._pieces_of = lambda *key: kept.append((key, whole(*key))) or whole(*key)  # type: ignore[assignment, func-returns-value]
    try:
        _drawn(app, case.id)
    finally:
        status_shape._pieces_of = whole
    text = repr(kept[0])
    assert case.public_id not in text and "Unmistakable" not in text and case.npi not in text


def test_nobody_can_guess_what_a_blank_looks_like(app: Flask) -> None:
    assert len(status_shape._NONCE) == 16
    view = find_status_view(make_case(Status.RETURNED).id)
    assert view is not None
    row = view.application._replace(
        return_reason="[0000000000000000:1] and {0} and %s", name="[0000000000000000:2]"
    )
    with app.test_request_context("/status"):
        page = draw(row, status_page(StatusView(row, view.file, view.until, view.history)))
    assert "[0000000000000000:1] and {0} and %s" in page
    assert "[0000000000000000:2]" in page
