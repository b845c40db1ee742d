"""Where rooms that may not know each other are joined. Imported once Django is ready."""

from jifang.operations.alarms.faults import clear_fault, raise_fault
from jifang.operations.platform import faults
from jifang.operations.platform.models import Fault


def _opened(fault: Fault, text: str) -> None:
    raise_fault(fault.key, text=text, severity=fault.severity, at=fault.onset_at)


def _cleared(fault: Fault, _text: str) -> None:
    if fault.cleared_at is not None:
        clear_fault(fault.key, at=fault.cleared_at)


def join() -> None:
    """Platform faults become activations in the duty queue, in the same transaction. May be called twice."""
    faults.subscribe(opened=_opened, cleared=_cleared)
