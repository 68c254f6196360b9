"""A real Chromium against the app, served on a free port of this machine by a thread of the test."""

import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

# Where to keep pictures of every page looked at; unset keeps none.
PICTURES = os.environ.get("ONBOARDING_PICTURES", "")
# Only what is wrong is brought over from the browser, which costs as much as finding it.
_BRIEF = {"resultTypes": ["violations"], "preload": False}
# What WCAG 2.2 AA asks. The advice beyond it (most of it of the frame that all pages share) is asked of one page of each
# file of tests.
WCAG = {**_BRIEF, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# What the width of the screen can change; everything else has been looked at on the wide one.
ON_A_PHONE = {**_BRIEF, "runOnly": ["target-size", "scrollable-region-focusable"]}
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The browser runs once, on SQLite."""
    if config.getoption("--database") != "sqlite":
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="the browser runs once, on SQLite"))


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """The address of the running app. The test shares its database and its app.config["TODAY"]."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests: Debian's, without the windows and menus of its own that would be drawn for nobody."""
    path = shutil.which("chromium-headless-shell")
    if path is None:
        pytest.fail("Chromium is not installed: run `scripts/setup test`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, live_server: str) -> Iterator[Callable[..., Page]]:
    """Opens a page with a fresh session: open_page(javascript=False, size=PHONE). Relative addresses are ours.

    The test fails at its end when a page broke the content security policy or a script of ours failed.
    """
    contexts, complaints = [], []

    def make(*, javascript: bool = True, size: dict[str, int] = WIDE) -> Page:
        context = chromium.new_context(
            base_url=live_server, viewport=size, java_script_enabled=javascript, locale="en-US"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None,
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def browser_page(open_page: Callable[..., Page]) -> Page:
    """A page on a wide screen, with JavaScript."""
    return open_page()


@pytest.fixture(scope="module")
def look() -> Callable[[Page, str], None]:
    """look(page, name): axe finds nothing, nothing sticks out sideways, on a wide screen and on a phone."""
    axe, looked = Axe(), []

    def check(page: Page, name: str) -> None:
        page.wait_for_load_state()
        for size in (WIDE, PHONE):
            page.set_viewport_size(size)
            if PICTURES:
                Path(PICTURES).mkdir(parents=True, exist_ok=True)
                page.screenshot(path=f"{PICTURES}/{name}-{size['width']}.png", full_page=True)
            found = axe.run(page, options=ON_A_PHONE if size is PHONE else WCAG if looked else _BRIEF)
            assert found.violations_count == 0, f"{name} at {size['width']}:\n{found.generate_report()}"
            sideways = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert sideways <= 0, f"{name} at {size['width']} px is {sideways} px too wide"
        looked.append(name)
        page.set_viewport_size(WIDE)

    return check
