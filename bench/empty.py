"""The limit of every page: a bare Flask endpoint that says nothing."""

from flask import Flask

app = Flask(__name__)


@app.get("/empty")
def empty() -> str:
    return ""
