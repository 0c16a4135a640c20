"""Every key, channel and stream that lives in Redis: who writes it, of what type it is, how long it lives.

Only commands of Redis 6.2 are used on them. Identifiers made of secrets (tickets, tokens) are their digests.
"""

from __future__ import annotations

PREFIX = "mulakat:"

# --- Streams and fixed names ------------------------------------------------------------------------------------------

#: Stream of config.facts.Fact entries. Written by room nodes, read by the worker's group; trimmed by length.
FACTS = f"{PREFIX}facts"
#: The consumer group that puts facts on paper; its entries are acknowledged after the database commit.
FACTS_GROUP = "paper"
#: Channel: a mail was queued (message: empty). Published after the commit by whoever queued it; wakes the worker.
OUTBOX = f"{PREFIX}outbox"
#: Key prefix of a browser's session: a string, JSON. Written by web; lives as long as the session's max age.
WEB_SESSION = f"{PREFIX}web:session:"
#: Sorted set, node id by its last heartbeat (Unix seconds). Written by nodes; an old entry is swept by any reader.
NODES = f"{PREFIX}nodes"
#: Pattern over every jail's channel (see jail_changed), for a web process that serves consoles.
JAILS_CHANGED = f"{PREFIX}jail:*:changed"
#: Sorted set, room id by its end (Unix seconds). Written when a room is placed, removed when it has ended.
ROOMS = f"{PREFIX}rooms"

# --- Admission (written by web through broker.admission) --------------------------------------------------------------


def ticket(token_digest: str) -> str:
    """String (JSON) behind an admission ticket; taken with GETDEL; lives at most 10 minutes or to the slot's end."""
    return f"{PREFIX}ticket:{token_digest}"


def codes(visitor_id: str) -> str:
    """Hash of what a visitor's current codes are checked against; replaced when new ones are sent; 5 minutes."""
    return f"{PREFIX}admission:codes:{visitor_id}"


def code_tries(door: str) -> str:
    """Hash (count, until) of wrong codes given at one door: a visitor's own link (the visitor's id), or a VisRN typed
    by hand, known or not; full, it is a lock; 15 minutes.
    """
    return f"{PREFIX}admission:tries:{door}"


def code_sent(subject: str) -> str:
    """Hash (count, next, until) of code mails to a visitor, or asks by hand for a VisRN, known or not; 30 minutes."""
    return f"{PREFIX}admission:sent:{subject}"


def detail_tries(visitor_id: str) -> str:
    """String (counter) of how often a caller's details were looked at for a visitor; lives to the slot's end."""
    return f"{PREFIX}admission:details:{visitor_id}"


def address_tries(scope: str, address_digest: str) -> str:
    """String (counter) of attempts from one network address in one scope; lives through the counting window."""
    return f"{PREFIX}address:{scope}:{address_digest}"


def sign_in_tries(username_digest: str) -> str:
    """String (counter) of failed staff sign-ins for a user name, known or not; lives through the counting window."""
    return f"{PREFIX}staff:tries:{username_digest}"


def totp_used(staff_id: str, step: int) -> str:
    """String: this TOTP step was used by this member of staff; lives until the step can no longer be accepted."""
    return f"{PREFIX}staff:totp:{staff_id}:{step}"


def staff_session(token_digest: str) -> str:
    """String (JSON) behind a staff member's session cookie; lives an idle time after the last act by hand."""
    return f"{PREFIX}staff:session:{token_digest}"


def staff_sessions(staff_id: int) -> str:
    """Set of the digests of a member of staff's session tokens, dead ones among them; lives as long as a session."""
    return f"{PREFIX}staff:{staff_id}:sessions"


def register_upload(token_digest: str) -> str:
    """String (encrypted) of a jail's register between its dry run and the confirmation; half an hour."""
    return f"{PREFIX}register:upload:{token_digest}"


def terminal_seen(terminal_id: int) -> str:
    """String: when a paired terminal's page last spoke to us (ISO 8601). Written by web; lives a week."""
    return f"{PREFIX}terminal:{terminal_id}:seen"


def terminal_health(terminal_id: int) -> str:
    """String (JSON, web.terminal.health): what a terminal's page last said of its devices. Written by web; a week."""
    return f"{PREFIX}terminal:{terminal_id}:health"


def terminal_command(terminal_id: int) -> str:
    """String (JSON, web.terminal.commands): what staff last asked of a terminal's page. Written by web; ten minutes."""
    return f"{PREFIX}terminal:{terminal_id}:command"


def terminal_gaps(terminal_id: int) -> str:
    """Sorted set, "from until" (ISO 8601) by until (Unix seconds): when a terminal's page was not heard of. Written by
    web when it is heard of again; lives for two days.
    """
    return f"{PREFIX}terminal:{terminal_id}:gaps"


# --- Codes that prove an address, and proofs of work (written by web) -------------------------------------------------


def one_time_code(subject_digest: str) -> str:
    """Hash (mac, expires) of what a subject's one-time code is compared with; taken when it fits; 10 minutes."""
    return f"{PREFIX}one-time:code:{subject_digest}"


def one_time_sent(subject_digest: str) -> str:
    """Hash (count, next, until) of one-time codes issued for a subject; 30 minutes."""
    return f"{PREFIX}one-time:sent:{subject_digest}"


def one_time_tries(subject_digest: str) -> str:
    """Hash (count, until) of wrong one-time codes given for a subject; full, it is a lock; 15 minutes."""
    return f"{PREFIX}one-time:tries:{subject_digest}"


def proof_used(signature_digest: str) -> str:
    """String: this proof of work was used; lives until the proof could no longer be accepted anyway."""
    return f"{PREFIX}proof:{signature_digest}"


# --- Rooms and nodes (written by room nodes; commands by web) ---------------------------------------------------------


def node(node_id: str) -> str:
    """Hash of a node's boot: url. Written when it announces itself; lives a minute longer than its heartbeats."""
    return f"{PREFIX}node:{node_id}"


def node_at(url: str) -> str:
    """String: the node id of the newest boot behind a URL; it buries older boots. Lives as long as the heartbeats."""
    return f"{PREFIX}node-at:{url}"


def node_rooms(node_id: str) -> str:
    """Set of the ids of the rooms a node's boot holds; its size is the node's load. Lives as long as their slots."""
    return f"{PREFIX}node:{node_id}:rooms"


def room(room_id: str) -> str:
    """Hash of a room's claim and state (node, url, epoch, slot, opened, held, moderation, end_reason), of staff's acts
    in it (how many, and held_by, moderated_by, warned_by), and of when its node saved it. Outlives the slot.
    """
    return f"{PREFIX}room:{room_id}"


def warnings(room_id: str) -> str:
    """List (JSON) of the warnings given in a room, oldest first, trimmed. Written by web; outlives the slot."""
    return f"{PREFIX}room:{room_id}:warnings"


def room_epoch(room_id: str) -> str:
    """String (counter) that fences claims of a room; lives past the slot's end."""
    return f"{PREFIX}room:{room_id}:epoch"


def presence(room_id: str) -> str:
    """Hash, participant id to presence JSON, for consoles only. Written by the room's node; outlives the slot."""
    return f"{PREFIX}room:{room_id}:presence"


def connected(room_id: str) -> str:
    """Hash, participant id to connected seconds so far. Written every 2 s, so that a killed node loses no more."""
    return f"{PREFIX}room:{room_id}:connected"


def ways(room_id: str) -> str:
    """Hash, JSON [sender, receiver, kind] to packets forwarded so far. Written every 2 s like the seconds above."""
    return f"{PREFIX}room:{room_id}:ways"


def meters(room_id: str) -> str:
    """Hash, participant id to meter JSON (rooms.wall.meter). Written every 2 s by a live room's node; lives 15 s."""
    return f"{PREFIX}room:{room_id}:meters"


def alerts(room_id: str) -> str:
    """Hash, "kind:participant" to the time it began (ISO 8601). Written with the meters, gone when none; lives 15 s."""
    return f"{PREFIX}room:{room_id}:alerts"


def wall(room_id: str) -> str:
    """String: the room is on somebody's wall. Refreshed by web while it is, read by the room's node; lives 15 s."""
    return f"{PREFIX}room:{room_id}:wall"


def wall_picture(room_id: str, participant: str) -> str:
    """String (JPEG bytes): the newest small picture of a participant. Written by the room's node; lives 60 s."""
    return f"{PREFIX}room:{room_id}:picture:{participant}"


def wall_opened(staff_id: int) -> str:
    """String: this member of staff's opening of the wall is in the audit. Refreshed by web while it is open; 1 min."""
    return f"{PREFIX}monitor:{staff_id}:opened"


def wall_look(staff_id: int, room_id: str) -> str:
    """String: id of the look that a room on somebody's wall is. Refreshed by web while it is there; lives 45 s."""
    return f"{PREFIX}monitor:{staff_id}:look:{room_id}"


def look_claim(room_id: str) -> str:
    """String: id of the member of staff who was sent to look into a room. Written by web (SET NX); lives 30 s."""
    return f"{PREFIX}room:{room_id}:look-claim"


def room_facts(room_id: str) -> str:
    """Sorted set (by time) of a room's facts as JSON, for its closing. Written by the worker; lives for two days."""
    return f"{PREFIX}room:{room_id}:facts"


def jail_rooms(jail_id: int) -> str:
    """Set of the ids of a jail's placed rooms; entries are removed when rooms have ended."""
    return f"{PREFIX}jail:{jail_id}:rooms"


def room_commands(node_id: str) -> str:
    """Channel to a node (message: room id): that room's hash has changed; read it."""
    return f"{PREFIX}node:{node_id}:commands"


def jail_changed(jail_id: int) -> str:
    """Channel to consoles (message: empty): something on this jail's board has changed; take a new snapshot."""
    return f"{PREFIX}jail:{jail_id}:changed"


# --- Worker -----------------------------------------------------------------------------------------------------------

#: Hash, loop of the worker to its last finished round (Unix seconds). Written by the worker; lives for a minute.
WORKER_BEATS = f"{PREFIX}worker:beats"

#: Hash of what the worker found when it last looked along the audit's chain (broker.audit.state). Has no end.
AUDIT_STATE = f"{PREFIX}audit:state"
#: Hash (number, seq, hash) of the audit's last seal: a copy outside of the database. Written by the worker; has no end.
AUDIT_SEALED = f"{PREFIX}audit:sealed"

# --- Signalling (written by room nodes) -------------------------------------------------------------------------------


def signal_session(token_digest: str) -> str:
    """Hash of the ticket's fields behind a session token, for a resume on any node; lives to a minute past the end."""
    return f"{PREFIX}signal:session:{token_digest}"


def seat(room_id: str, participant: str) -> str:
    """String: digest of the session token that holds a seat; lives to a minute past the end."""
    return f"{PREFIX}signal:seat:{room_id}:{participant}"
