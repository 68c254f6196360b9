"""CAQH's status and roster API: how it is spoken to, and how its answers are read. A contract is needed to use it."""
