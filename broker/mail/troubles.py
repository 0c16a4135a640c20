"""Why a message has not arrived, in words for staff: `OutboxMail.error_id` to a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from broker.mail.bounces import Bounce
from config.i18n import N_, translations

_SERVER_AWAY = N_("The mail server did not answer. It is tried again.")
_GATEWAY_AWAY = N_("The SMS gateway did not answer. It is tried again.")

#: Sentences by error id.
TROUBLES: Mapping[str, str] = MappingProxyType(
    {
        Bounce.ADDRESS_UNKNOWN: N_("It came back: there is no such address."),
        Bounce.BOUNCED: N_("It came back from the reader's mail server."),
        Bounce.MAILBOX_FULL: N_("It came back: the reader's mailbox is full."),
        Bounce.NOT_IN_TIME: N_("It came back: the reader's mail server did not answer for days."),
        Bounce.TAKEN_FOR_SPAM: N_("It came back: the reader's mail server took it for spam."),
        "address_refused": N_("The mail server does not take mail for this address."),
        "address_unusable": N_("This is not a mail address."),
        "attachment_unusable": N_("One of its files cannot be sent."),
        "expired": N_("Its time ran out before it could be sent."),
        "mail_file_not_written": N_("The demonstration could not write it into its folder."),
        "mail_server_refuses_us": N_("The mail server refuses us. It is tried again."),
        "mail_server_slow": _SERVER_AWAY,
        "mail_server_unreachable": _SERVER_AWAY,
        "message_refused": N_("The mail server does not take this message."),
        "no_sms_gateway": N_("No SMS gateway is set up, so no text message can be sent."),
        "not_a_text_message": N_("It is no text message."),
        "sender_refused": N_("The mail server does not take mail from our address."),
        "sms_gateway_busy": _GATEWAY_AWAY,
        "sms_gateway_refuses_us": N_("The SMS gateway refuses us. It is tried again."),
        "sms_gateway_slow": _GATEWAY_AWAY,
        "sms_gateway_unreachable": _GATEWAY_AWAY,
        "sms_refused": N_("The SMS gateway does not take a message to this number."),
    }
)
_UNKNOWN = N_("It could not be delivered.")


def trouble(error_id: str | None, language: str) -> str:
    """What is the matter; "" where nothing is."""
    return translations(language).gettext(TROUBLES.get(error_id, _UNKNOWN)) if error_id else ""
