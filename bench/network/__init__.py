"""Calls of real browsers over hard networks, which are made here: namespaces, a wire that loses, delays and ends."""
