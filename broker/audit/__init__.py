"""The audit: an append-only, hash-chained record of every decision and of every look at people and live rooms."""
