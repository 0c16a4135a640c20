"""A node's side of rooms: the host, the owner task of each room, and the node's hold on Redis."""

from rooms.host.host import RoomHost
from rooms.host.membership import Membership
from rooms.host.ports import Arrival, Listener, Told
from rooms.host.steady import SteadyClock

__all__ = ["Arrival", "Listener", "Membership", "RoomHost", "SteadyClock", "Told"]
