"""What a room is made of, without I/O: who is in it, their seconds, what staff have done, what is recorded."""
