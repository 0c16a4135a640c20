"""The link to one participant: socket, ICE, DTLS."""
