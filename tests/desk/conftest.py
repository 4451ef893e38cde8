"""A desk with its school, over a database of each kind."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
import pytest_asyncio
from starlette.applications import Starlette

from bot.desk import Office
from bot.store import Store
from tests.conftest import Clock
from tests.desk.visitors import Visitor, application, office, paper
from tests.store.readers import School


@pytest.fixture
def new_token() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"token{next(numbers):038d}"


@pytest.fixture
def desks(store: Store, clock: Clock, new_token: Callable[[], str]) -> Office:
    return replace(office(store, clock, new_token), paper=paper())


@pytest.fixture
def app(desks: Office) -> Starlette:
    return application(desks)


@pytest.fixture
def visitor(app: Starlette, clock: Clock) -> Visitor:
    return Visitor(app, clock)


@pytest_asyncio.fixture
async def school(store: Store) -> School:
    return await School.opened(store)
