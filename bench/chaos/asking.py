"""The numbered events that may come once more on a line: those its syncs asked for, while their answers are under way."""

from dataclasses import dataclass, field


@dataclass
class Sync:
    """`after`: everything later is sent. `pings`: how many were sent on the line before it. `came`: what it has repeated."""

    after: int
    pings: int
    came: set[int] = field(default_factory=set)


class Asking:
    """The syncs of one line. What is on its way already when the server reads a sync comes twice, with two syncs three times.

    The server takes frames in order, so the pong to a ping that left after a sync comes after the whole of its answer. From
    then on a number that comes again is the server's mistake.
    """

    def __init__(self) -> None:
        self.pings = self.pongs = 0
        self.syncs: list[Sync] = []

    def ping(self) -> None:
        self.pings += 1

    def pong(self) -> None:
        self.pongs += 1
        self.syncs = [sync for sync in self.syncs if sync.pings >= self.pongs]

    def sync(self, after: int) -> None:
        self.syncs.append(Sync(after, self.pings))

    def expected(self, seq: int) -> bool:
        """Whether a number that was seen before may come now. Each sync excuses one coming of it."""
        for sync in self.syncs:
            if seq > sync.after and seq not in sync.came:
                sync.came.add(seq)
                return True
        return False
