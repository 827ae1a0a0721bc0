"""What became of each event, as the library told it by id (fate_log.c), and what must be true of that."""
import collections

FINAL = "delivered", "refused429", "discarded"
KINDS = {"found", "spooled", "handed_over", *FINAL}

Fate = collections.namedtuple("Fate", "pid id fate stage status reason category quantity")


def read(path):
    """Of events, those of attachments aside; in the order in which they were told by each process."""
    with open(path) as lines:
        told = [Fate(*line.split()) for line in lines if line.endswith("\n")]
    assert {one.fate for one in told} <= KINDS, told
    return [one for one in told if one.category == "error"]


class Fates:
    """Of these events, or of all that were told."""

    def __init__(self, told, ids=None):
        self.told = [one for one in told if ids is None or one.id in ids]
        self.ends = collections.defaultdict(list)
        self.last = {}
        for one in self.told:
            if one.fate in FINAL:
                self.ends[one.id].append(one)
            self.last[one.id] = one

    def ids(self, fate, **want):
        """Those that ended so; of what is spooled, those that did not end."""
        if fate not in FINAL:
            return {id for id, one in self.last.items() if one.fate == fate and id not in self.ends}
        return {one.id for ends in self.ends.values() for one in ends
                if one.fate == fate and all(getattr(one, name) == value for name, value in want.items())}

    def doubled(self):
        """Those that ended more than once; events without an id are many."""
        return {id: ends for id, ends in self.ends.items() if len(ends) > 1 and id != "-"}

    def lost(self):
        """How many for each reason."""
        counts = collections.Counter()
        for ends in self.ends.values():
            for one in ends:
                if one.fate == "discarded":
                    counts[one.reason] += int(one.quantity)
        return dict(counts)

    def problem(self, captured, account):
        """What is wrong with one process's books, if anything: each captured event ended once or is in memory or
        on disk, and the sums are those of `account`."""
        if self.doubled():
            return f"two ends: {self.doubled()}"
        want = {name: account[name] for name in ("delivered", "refused429", "discarded")}
        made = {"delivered": len(self.ids("delivered")), "refused429": len(self.ids("refused429")),
                "discarded": self.lost()}
        if made != want:
            return f"fates are {made}, the account says {want}"
        open_ended = len(captured - self.ends.keys())
        waiting = account["queued"] + account["in_flight"] + account["spooled"]
        return None if open_ended == waiting else f"{open_ended} have no end, {waiting} wait"
