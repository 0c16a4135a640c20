"""The audit as its readers see it: who did and saw what, and whether the chain is whole."""
