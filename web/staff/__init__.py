"""Staff sign-in: who may do what, over which jails."""
