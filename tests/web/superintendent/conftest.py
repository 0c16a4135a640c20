"""The superintendent's desk, running, with an office that decides."""

import pytest

from tests.support.deciding import Office
from tests.support.desk import Desk, midday_desk, shown
from tests.support.superintendent import open_office_at

__all__ = ["midday_desk", "office", "shown"]


@pytest.fixture
async def office(desk: Desk) -> Office:
    """The desk's first jail, with all that deciding needs."""
    return await open_office_at(desk)
