"""Letters: the catalog of what the plan writes, and how a letter becomes bytes."""
