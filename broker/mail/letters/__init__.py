"""The letters: each one function from what happened to a Letter in its reader's language. They queue and send nothing:
`broker.mail.post` does, and `/dev/mails` shows each of them with invented people.
"""

from broker.mail.letters.decided import approved, asked, left_out, refused, registered
from broker.mail.letters.envelope import Letter, addressed, texted
from broker.mail.letters.later import cancelled, changed, makeup, missed, reminded
from broker.mail.letters.once import codes, sign_in, verify
from broker.mail.letters.reader import Pages, Reader
from broker.mail.letters.staff import escalated, staff_invite

__all__ = [
    "Letter",
    "Pages",
    "Reader",
    "addressed",
    "approved",
    "asked",
    "cancelled",
    "changed",
    "codes",
    "escalated",
    "left_out",
    "makeup",
    "missed",
    "refused",
    "registered",
    "reminded",
    "sign_in",
    "staff_invite",
    "texted",
    "verify",
]
