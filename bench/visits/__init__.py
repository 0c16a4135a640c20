"""Whole visits through a real node: its process, a Redis, WebSockets, ICE, DTLS, and packets; no browser.

node        the node's process, and what it says of itself
line        a WebSocket that costs next to nothing and knows when what it reads arrived
guest       one participant: signalling and media
places      rooms and tickets, written into Redis as the web application does it
party       many rooms' guests in a process of its own: they come, talk, and are sent home by the slot's end
figures     what a party brings back, and distributions; pure
boundary    all ends at once
soak        room after room
herd        everybody arrives at once, from the link in the mail to the first picture
"""
