"""A room node's process: the WebSocket driver, the desk where people are let in, and the supervisor above it."""
