"""The hop once more, in C: the engine that rooms/media/relay.py is the reference of.

    hop.h               what the packet path reads, shared with Python
    hop.c               the turn: receive, gate, decrypt, find the route
    shift.c             a packet's numbers as the continuation of what went out before
    outgoing.c          a batch of encrypted packets, sent at once
    addresses.c         whose address is it
    build.py binding.py made with cffi where a compiler is, and found again
    state.py            gate, path, route and leg in C memory, with the logic of rooms/media/routes.py
    engine.py           the Engine, and what C calls of Python

Nothing needs it: where it was not built, the reference does the work. `python -m rooms.media.compiled` builds it.
"""
