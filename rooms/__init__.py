"""The visit live: rooms, their time boxes, and the media that passes through them."""
