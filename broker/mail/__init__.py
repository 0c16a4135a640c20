"""Mail: composed from templates in the reader's language, queued in the outbox, handed over by a sender."""

from broker.mail.compose import Message, compose
from broker.mail.files import FileSender, read_inbox
from broker.mail.sender import ByChannel, Sender, make_sender
from broker.mail.wake import wake_worker

__all__ = [
    "ByChannel",
    "FileSender",
    "Message",
    "Sender",
    "compose",
    "make_sender",
    "read_inbox",
    "wake_worker",
]
