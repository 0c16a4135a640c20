"""/reports: the department's counts as a page that can be sorted, copied and printed, and as files."""
