"""Bytes and text on the wire, read and written: STUN, RTP, RTCP, SDP. Pure functions; nothing here knows a room."""
