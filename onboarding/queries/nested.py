"""The rows of another table inside a statement, as one column: several reads in one statement, on both databases."""

import json
from typing import Any

from sqlalchemy import String, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class rows_as_json(GenericFunction[str]):
    """An aggregate: the rows as a JSON list of lists, in no order; dates become text. Read it with `read_rows`."""

    type = String()
    inherit_cache = True


@compiles(rows_as_json, "sqlite")
def _on_sqlite(element: rows_as_json, compiler: Any, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(rows_as_json, "postgresql")
def _on_postgresql(element: rows_as_json, compiler: Any, **options: Any) -> str:
    return f"CAST(json_agg(json_build_array({compiler.process(element.clauses, **options)})) AS TEXT)"


class word_in(GenericFunction[str]):
    """A word of a JSON column, by its name, which stands in the statement itself."""

    type = String()
    inherit_cache = True

    def __init__(self, column: Any, name: str) -> None:
        assert name.isidentifier()
        super().__init__(column, literal_column(f"'{name}'"))


@compiles(word_in, "sqlite")
def _word_on_sqlite(element: word_in, compiler: Any, **options: Any) -> str:
    column, name = (compiler.process(part, **options) for part in element.clauses)
    return f"json_extract({column}, '$.' || {name})"


@compiles(word_in, "postgresql")
def _word_on_postgresql(element: word_in, compiler: Any, **options: Any) -> str:
    column, name = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} ->> {name})"


def read_rows(column: str | None) -> list[list[Any]]:
    """The rows of one such column, by their first value, the greatest first; none where there are none."""
    if not column or column == "[]":
        return []
    rows: list[list[Any]] = json.loads(column)
    if len(rows) > 1:
        rows.sort(key=lambda row: row[0], reverse=True)
    return rows
