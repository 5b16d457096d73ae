from collections.abc import AsyncIterator

import pytest

from apps.conversations import group_commit


@pytest.fixture
async def sockets() -> AsyncIterator[None]:
    """Ends the test loop's ledger, whose tasks would outlive it."""
    yield
    await group_commit.close()
