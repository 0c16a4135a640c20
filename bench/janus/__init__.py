"""Debian's Janus with its VideoRoom plugin, run and spoken to as a server to compare ours with."""
