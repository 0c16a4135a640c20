"""Which node takes a room."""

from __future__ import annotations

from rooms.placement import DEAD_AFTER, Node, is_alive, rank


def node(name: str, rooms: int = 0, age: float = 0.5) -> Node:
    """Return a node."""
    return Node(name, f"ws://{name}/ws", rooms, age)


def test_the_least_loaded_living_node_comes_first() -> None:
    """Load decides; the dead are not in the list at all."""
    nodes = [node("busy", 9), node("dead", 0, DEAD_AFTER + 0.1), node("free", 2)]
    assert [each.node for each in rank("room-1", nodes)] == ["free", "busy"]


def test_rooms_spread_over_equal_nodes() -> None:
    """Equally loaded nodes each get some rooms, and a room always asks them in the same order."""
    nodes = [node("one"), node("two"), node("three")]
    first = {rank(f"room-{number}", nodes)[0].node for number in range(50)}
    assert first == {"one", "two", "three"}
    assert rank("room-7", nodes) == rank("room-7", reversed(nodes))


def test_a_node_is_dead_only_after_its_time() -> None:
    """At exactly the limit a node still lives, as the claim script says too."""
    assert is_alive(node("late", age=DEAD_AFTER))
    assert not is_alive(node("late", age=DEAD_AFTER + 0.001))
