"""Simulcast: which of a source's layers each receiver gets, when a source is to send them, how one goes over."""
