"""Staff accounts: invited, changed, recovered."""
