"""What the database itself refuses: the triggers that keep what was recorded as it is, and whether they are in force."""

from collections import defaultdict

from sqlalchemy import text

from onboarding.extensions import db

Guards = dict[str, frozenset[str]]  # the triggers of each table

# Rows of these are appended, and neither changed nor deleted nor replaced.
_APPENDED = (
    "audit_event", "audit_seal", "authorization", "decision", "earlier_mark", "evidence_file", "file_sample",
    "finding_step", "follow_up", "member_statement", "monitoring_finding", "provisional_credentialing", "recredentialing_extension", "recusal", "sampled_file",
    "screening", "tie", "verification",
)  # fmt: skip
# Beside that, when a check was made and what is corrected cannot be invented.
_MORE = {
    "monitoring_finding": frozenset({"monitoring_finding_correction"}),
    "verification": frozenset({"verification_correction", "verification_dated"}),
}


def _guards(*endings: str, minutes: frozenset[str]) -> Guards:
    return {"minutes": minutes} | {
        table: frozenset(f"{table}_{ending}" for ending in endings) | _MORE.get(table, frozenset())
        for table in _APPENDED
    }


# By database; attested minutes are locked, none are deleted.
GUARDS: dict[str, Guards] = {
    "sqlite": _guards("UPDATE", "DELETE", "INSERT", minutes=frozenset({"minutes_update", "minutes_delete"})),
    "postgresql": _guards("append_only", minutes=frozenset({"minutes_locked", "minutes_kept"})),
}

# A trigger that is switched off, or does not refuse, guards nothing.
_IN_FORCE = {
    "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'",
    "postgresql": "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') "
    "AND p.prosrc LIKE '%RAISE EXCEPTION%' AND pg_table_is_visible(c.oid)",
}


def list_guards() -> Guards:
    """The triggers that are in force, of each table that has some."""
    found: dict[str, set[str]] = defaultdict(set)
    for table, trigger in db.session.execute(text(_IN_FORCE[db.engine.dialect.name])):
        found[table].add(trigger)
    return {table: frozenset(triggers) for table, triggers in found.items()}


def find_missing_guards() -> list[str]:
    """The tables whose rows could be changed or deleted unseen, since a trigger of them is gone or switched off."""
    found = list_guards()
    wanted = GUARDS[db.engine.dialect.name]
    return sorted(table for table, triggers in wanted.items() if triggers - found.get(table, frozenset()))
