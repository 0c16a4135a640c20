"""The department's counts: one row a visit, kept current, and every number with the sentence that defines it."""
