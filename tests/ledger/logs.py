"""A log in memory with everything a store would hold, for the tests of bundles."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from jifang.ledger import bundle, checkpoint
from jifang.ledger.canonical import encode
from jifang.ledger.commitment import Opening, commit
from jifang.ledger.merkle import Frontier, Tree, leaf_hash
from jifang.ledger.note import Signer

SIGNER = Signer.from_seed(bytes(range(32)), "jifang.example/ledger")
KEY = SIGNER.verifier
START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SALT = bytes(range(1, 33))


@dataclass
class Log:
    """Entries, tree, and a checkpoint at each size asked for."""

    contents: list[bytes] = field(default_factory=list)
    tree: Tree = field(default_factory=Tree)
    frontier: Frontier = field(default_factory=Frontier)
    checkpoints: dict[int, str] = field(default_factory=dict)
    signer: Signer = SIGNER

    def append(self, entry: object) -> None:
        content = encode(entry)
        self.contents.append(content)
        self.tree.append(leaf_hash(content))
        self.frontier.append(leaf_hash(content))

    def checkpoint(self) -> str:
        size = self.frontier.size
        at = START + timedelta(minutes=size)
        self.checkpoints[size] = checkpoint.sign(self.signer, self.frontier, at=at)
        return self.checkpoints[size]

    def export(self, choice: bundle.Choice, sizes: list[int], **options: object) -> bytes:
        """A bundle of the choice with the checkpoints of these sizes, built from the nodes it asks for."""
        needed = bundle.needed_nodes(choice, sizes)
        places = range(choice.first, choice.end) if isinstance(choice, bundle.Range) else choice.indexes
        return bundle.build(
            choice,
            entries=[(index, self.contents[index]) for index in places],
            checkpoints=[self.checkpoints[size] for size in sizes],
            nodes={node: self.tree.nodes[node] for node in needed},
            **options,  # type: ignore[arg-type]
        )


def entry(number: int) -> dict[str, object]:
    """An entry as rooms write them: plain facts, and the person as a commitment."""
    return {
        "kind": "pass_phrase_shown",
        "at": START + timedelta(seconds=number),
        "number": number,
        "who": commit(f"操作员 {number}", SALT),
    }


def opening(number: int) -> Opening:
    return Opening("/who", f"操作员 {number}", SALT)


def log_of(size: int, checkpoints: list[int] | None = None, signer: Signer = SIGNER) -> Log:
    log = Log(signer=signer)
    wanted = [size] if checkpoints is None else checkpoints
    if 0 in wanted:
        log.checkpoint()
    for number in range(size):
        log.append(entry(number))
        if log.frontier.size in wanted:
            log.checkpoint()
    return log
