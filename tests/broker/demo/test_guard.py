"""The demonstration stays out of production."""

from __future__ import annotations

import pytest

from broker import demo
from broker.errors import DemoRefused
from broker.storage.database import Database
from config.settings import Settings
from tests.support.visits import furnish

PRODUCTION = Settings.model_construct(environment="production")
DEMO = Settings.model_construct(environment="demo")


async def test_production_refuses_a_database_with_demo_data(world: Database) -> None:
    """Its sign-ins are public; the demonstration itself takes it."""
    with pytest.raises(DemoRefused):
        await demo.refuse_demo_data(world, PRODUCTION)
    await demo.refuse_demo_data(world, DEMO)


async def test_production_takes_a_database_of_its_own(empty: Database) -> None:
    """Empty, or with jails that nobody invented."""
    await demo.refuse_demo_data(empty, PRODUCTION)
    await furnish(empty)
    await demo.refuse_demo_data(empty, PRODUCTION)


def test_production_refuses_the_demo_commands() -> None:
    """Before anything is opened."""
    with pytest.raises(DemoRefused):
        demo.refuse_in_production(PRODUCTION)
    demo.refuse_in_production(DEMO)
