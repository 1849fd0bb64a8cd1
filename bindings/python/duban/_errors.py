"""What went wrong, as exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from duban.v1 import ledger_pb2


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. Parts of the place that make no sense are 0
    or empty."""

    reason: str
    """Stable, for programs: ``MATTER_DUE_DATE_PASSED``."""
    code: int
    """Canonical code; 3 is INVALID_ARGUMENT."""
    message_zh: str
    message_en: str
    hint_zh: str = ""
    hint_en: str = ""
    warning: bool = False
    file: str = ""
    line: int = 0
    """From 1, as are column, row and change."""
    column: int = 0
    row: int = 0
    field: str = ""
    change: int = 0

    @property
    def hint(self) -> str:
        """How to mend it, Chinese first where there are both."""
        return " / ".join(h for h in (self.hint_zh, self.hint_en) if h)


class DubanError(Exception):
    """A call of the library failed. ``errors`` lists every fault; the other
    attributes are those of the first one that is not a warning."""

    def __init__(
        self,
        code: int,
        status: str,
        text: str,
        errors: Sequence[Fault],
        first: int = 0,
        omitted: int = 0,
    ) -> None:
        super().__init__(code, status, text, errors, first, omitted)
        self.code = code
        self.status = status
        self.text = text
        self.errors = tuple(errors)
        self.omitted = omitted
        fault = self.errors[first]
        self.reason = fault.reason
        self.message_zh = fault.message_zh
        self.message_en = fault.message_en
        self.hint = fault.hint
        self.hint_zh = fault.hint_zh
        self.hint_en = fault.hint_en
        self.file = fault.file
        self.line = fault.line
        self.column = fault.column
        self.row = fault.row
        self.field = fault.field
        self.change = fault.change

    def __str__(self) -> str:
        more = len(self.errors) - 1 + self.omitted
        return self.text + (f"\n  (+ {more})" if more else "")


class Refused(DubanError):
    """A batch was refused and nothing was written."""

    receipt: ledger_pb2.Receipt | None = None
    """The ledger's answer, with the same faults."""

    def __reduce__(self) -> Any:
        return type(self), self.args, {"receipt": self.receipt}
