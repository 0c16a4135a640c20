"""The forwarding table, walked from end to end against the rules as people say them."""

from __future__ import annotations

from itertools import product

import pytest

from rooms.media.forwarding import Kind, Moderation, Phase, Privilege, Role, allowed, on_wall, speaks_upstream

MODERATIONS = [Moderation(muted=muted, blanked=blanked) for muted, blanked in product([False, True], repeat=2)]
EVERYTHING = list(product(Role, Role, Kind, Privilege, Phase, MODERATIONS))


Cell = tuple[Role, Role, Kind, Privilege, Phase, Moderation]


def expected(cell: Cell) -> bool:
    """Say the rules once more, as a list of reasons not to forward."""
    sender, receiver, kind, privilege, phase, by_staff = cell
    out_of_hearing = privilege == "legal" and receiver == "monitor" and kind == "audio"
    taken_away = (kind == "audio" and by_staff.muted) or (kind == "video" and by_staff.blanked)
    reasons_not_to = [
        phase != "live",
        sender == "monitor",
        sender == receiver == "terminal",
        out_of_hearing,
        taken_away and receiver != "monitor",
    ]
    return not any(reasons_not_to)


def test_every_cell_of_the_table_is_as_the_rules_say() -> None:
    """Each of the combinations of sender, receiver, kind, visit, phase and moderation, none left out."""
    assert len(EVERYTHING) == 3 * 3 * 2 * 2 * 4 * 4
    for cell in EVERYTHING:
        sender, receiver, kind, privilege, phase, moderation = cell
        answer = allowed(sender, receiver, kind, privilege=privilege, phase=phase, moderation=moderation)
        assert answer is expected(cell), cell


@pytest.mark.parametrize("phase", [Phase.WAITING, Phase.HELD, Phase.ENDED])
def test_nobody_receives_anything_from_a_room_that_is_not_live(phase: Phase) -> None:
    """Waiting, held and ended are alike: nothing moves."""
    assert not any(
        allowed(sender, receiver, kind, privilege=privilege, phase=phase)
        for sender, receiver, kind, privilege in product(Role, Role, Kind, Privilege)
    )


def test_a_monitor_of_a_lawyers_visit_sees_and_never_hears() -> None:
    """Within sight, out of hearing, whoever speaks."""
    for sender in (Role.TERMINAL, Role.VISITOR):
        assert allowed(sender, Role.MONITOR, Kind.VIDEO, privilege=Privilege.LEGAL, phase=Phase.LIVE)
        assert not allowed(sender, Role.MONITOR, Kind.AUDIO, privilege=Privilege.LEGAL, phase=Phase.LIVE)


def test_a_wall_may_have_what_a_monitor_in_the_room_may_have_and_never_a_lawyers_voice() -> None:
    """Walked from end to end: live rooms only, participants only, and of a lawyer's visit nothing that is heard."""
    for sender, kind, privilege, phase in product(Role, Kind, Privilege, Phase):
        reasons_not_to = [phase != "live", sender == "monitor", privilege == "legal" and kind == "audio"]
        answer = on_wall(sender, kind, privilege=privilege, phase=phase)
        assert answer is not any(reasons_not_to), (sender, kind, privilege, phase)
        assert answer is allowed(sender, Role.MONITOR, kind, privilege=privilege, phase=phase)


def test_only_a_monitors_reports_stop_at_the_relay() -> None:
    """Everyone who takes part speaks upstream, no watcher does."""
    assert {role for role in Role if speaks_upstream(role)} == {Role.TERMINAL, Role.VISITOR}
