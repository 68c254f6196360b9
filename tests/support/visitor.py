"""A visitor without a browser: reads the forms of a page and sends them as they stand, tokens included."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse


@dataclass
class PageForm:
    """One form of a page: where it goes, and what its fields hold."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.open: PageForm | None = None
        self.select: str | None = None
        self.area: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if tag == "form" and (found.get("method") or "get").lower() == "post":
            self.open = PageForm(found.get("action") or "")
            self.forms.append(self.open)
        if self.open is None:
            return
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "input" and name and found.get("type") not in ("submit", "file"):
            chosen = found.get("type") not in ("checkbox", "radio") or "checked" in found
            if chosen:
                self.open.values.setdefault(name, []).append(value)
        if tag == "select":
            self.select = name
        if tag == "option" and self.select and "selected" in found:
            self.open.values[self.select] = [value]
        if tag == "textarea":
            self.area = name
            self.open.values.setdefault(name, [""])

    def handle_data(self, data: str) -> None:
        if self.open and self.area:
            self.open.values[self.area] = [data.strip()]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        if tag == "select":
            self.select = None
        if tag == "textarea":
            self.area = None


class Visitor:
    """Somebody with a cookie jar who looks at one page at a time."""

    def __init__(self, app: Flask):
        self.client = app.test_client()
        self.text = ""
        self.address = ""

    def go(self, address: str, status: int = 200) -> str:
        """Open a page."""
        return self._keep(self.client.get(address, follow_redirects=True), status)

    def forms(self) -> list[PageForm]:
        """The forms of the page that send something."""
        reader = _Forms()
        reader.feed(self.text)
        return reader.forms

    def send(self, action: str, status: int = 200, files: dict[str, tuple[bytes, str]] | None = None, holding: str = "",
             **values: Any) -> str:  # fmt: skip
        """Send the form whose address matches, with these values in place of what it holds; `holding` picks among
        several by a value they hold."""
        found = [form for form in self.forms() if re.search(action, form.action or self.address)]
        if holding:
            found = [form for form in found if any(holding in held for held in form.values.values())]
        assert found, f"no form for {action} {holding} on {self.address}"
        form = found[0]
        data: dict[str, Any] = {**form.values, **values}
        for name, (content, file_name) in (files or {}).items():
            data[name] = (BytesIO(content), file_name)
        answer = self.client.post(form.action or self.address, data=data, follow_redirects=True)
        return self._keep(answer, status)

    def _keep(self, answer: TestResponse, status: int) -> str:
        self.text, self.address = answer.get_data(as_text=True), answer.request.full_path.removesuffix("?")
        assert answer.status_code == status, (
            f"{answer.status_code} at {self.address}: {readable(self.text)[:1500]}"
        )
        return self.text

    @property
    def read(self) -> str:
        """The words of the page, without markup."""
        return readable(self.text)


def readable(page: str) -> str:
    """The words of a page, single spaced."""
    body = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", page)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("&#39;", "'").strip()
