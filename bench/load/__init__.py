"""The load generator: rooms of callers who send like a call, through whichever server they were connected to.

seats       who is in a room
schedule    when whose packets leave; pure
talker      one caller's pre-made packets, and what came of the others'
generator   the loop that sends on schedule and looks at what has come
machine     cores, and the CPU time of a process
run         one measured run of one server, and what came of it
"""
