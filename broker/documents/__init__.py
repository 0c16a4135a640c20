"""Photos and scans of identity proofs: `service` keeps and opens them, `errors` says what isn't taken."""
