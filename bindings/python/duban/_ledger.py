"""Ledgers and the views of them."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterable
from ctypes import byref, c_uint64, c_void_p
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable

from duban import _library as native
from duban._errors import Refused
from duban._library import Day, PathLike, lib
from duban._results import Assessment, DutyReport, Explanation
from duban.v1 import ledger_pb2

if TYPE_CHECKING:
    from duban._pack import Pack


def _head(function: Callable[..., int], handle: int) -> ledger_pb2.LedgerHead:
    sequence = c_uint64()
    digest = ctypes.create_string_buffer(native.DIGEST_SIZE)
    native.call(function, handle, byref(sequence), digest)
    return ledger_pb2.LedgerHead(
        sequence=sequence.value, digest=native.text(digest.value)
    )


class View:
    """An immutable picture of a ledger. Any number of threads may use it; it
    stays valid when the ledger is written to or closed."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def __del__(self) -> None:
        handle, self._handle = getattr(self, "_handle", 0), 0
        if handle:
            lib.duban_view_free(handle)

    @property
    def head(self) -> ledger_pb2.LedgerHead:
        return _head(lib.duban_view_head, self._handle)

    def assess(
        self, pack: Pack, as_of: Day, scheme: str | None = None
    ) -> Assessment:
        """Scorecards and figures as of a day, of one scheme or of all."""
        return Assessment._from(
            native.call_for_bytes(
                lib.duban_pack_assess,
                pack._handle,
                self._handle,
                *native.sized_day(as_of),
                byref(native.OneText((scheme or "").encode())),
                native.PROTOBUF,
            ),
            pack.message,
        )

    def duties(
        self, pack: Pack, as_of: Day, subject: str | None = None
    ) -> DutyReport:
        """Who owes what by when. For one subject, with the records."""
        return DutyReport._from(
            native.call_for_bytes(
                lib.duban_pack_duties,
                pack._handle,
                self._handle,
                *native.sized_day(as_of),
                byref(native.OneText((subject or "").encode())),
                native.PROTOBUF,
            )
        )

    def explain(self, pack: Pack, as_of: Day, subject: str) -> Explanation:
        """Every point and duty of one subject, down to the records."""
        return Explanation._from(
            native.call_for_bytes(
                lib.duban_pack_explain,
                pack._handle,
                self._handle,
                *native.sized_day(as_of),
                *native.sized(subject),
                native.PROTOBUF,
            )
        )


class Ledger:
    """What happened, append-only. Threads may share one: their calls wait for
    each other. ::

        with Ledger.open("campaign.duban") as ledger:
            ledger.import_folder("tables", adopt=pack)
            print(ledger.assess(pack, "2021-12-31").scorecards())
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle
        # Keeps close() from happening during a call of another thread.
        self._lock = threading.RLock()

    @classmethod
    def open(
        cls,
        path: PathLike,
        *,
        read_only: bool = False,
        must_exist: bool = False,
    ) -> Ledger:
        """Opens a file, and makes it where there is none unless told
        otherwise."""
        return cls(
            native.call_for_handle(
                lib.duban_ledger_open,
                *native.sized_path(path),
                byref(native.TwoChoices(read_only, must_exist)),
            )
        )

    @classmethod
    def in_memory(cls) -> Ledger:
        """A ledger that is gone when it is closed."""
        return cls(native.call_for_handle(lib.duban_ledger_open_in_memory))

    def close(self) -> None:
        """Closes the file. Views stay valid. Again: does nothing."""
        with self._lock:
            handle, self._handle = self._handle, 0
            if handle:
                lib.duban_ledger_close(handle)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", 0):
            self.close()

    def _open_handle(self) -> int:
        if not self._handle:
            raise ValueError("the ledger is closed")
        return self._handle

    def _write(
        self, function: Callable[..., int], *arguments: Any
    ) -> ledger_pb2.Receipt:
        buffer, error = c_void_p(), c_void_p()
        with self._lock:
            status = function(
                self._open_handle(),
                *arguments,
                native.PROTOBUF,
                byref(buffer),
                byref(error),
            )
        receipt = ledger_pb2.Receipt()
        if buffer:
            receipt.ParseFromString(native.take_buffer(buffer))
        if status and buffer:
            refused = native.take_error(error, Refused)
            refused.receipt = receipt  # type: ignore[attr-defined]
            raise refused
        if status:
            raise native.take_error(error)
        return receipt

    def apply(
        self,
        batch: ledger_pb2.Batch | Iterable[ledger_pb2.Change],
        *,
        keep_good: bool = False,
        dry_run: bool = False,
    ) -> ledger_pb2.Receipt:
        """Applies a batch whole or not at all. Raises Refused, which lists
        every change that is wrong, unless ``keep_good``."""
        if not isinstance(batch, ledger_pb2.Batch):
            batch = ledger_pb2.Batch(changes=batch)
        return self._write(
            lib.duban_ledger_apply,
            *native.sized(batch.SerializeToString()),
            native.PROTOBUF,
            byref(native.TwoChoices(keep_good, dry_run)),
        )

    def adopt(self, pack: Pack) -> ledger_pb2.Receipt:
        """Checks later changes by the pack's code lists; once is enough."""
        return self._write(lib.duban_ledger_adopt_pack, pack._handle)

    def import_folder(
        self,
        path: PathLike,
        *,
        adopt: Pack | None = None,
        keep_good: bool = False,
        dry_run: bool = False,
    ) -> ledger_pb2.Receipt:
        """Applies a folder of CSV tables as one batch, and first of all the
        pack, if one is to be adopted. Imported again, it adds nothing."""
        return self._write(
            lib.duban_ledger_import_folder,
            None if adopt is None else adopt._handle,
            *native.sized_path(path),
            byref(native.TwoChoices(keep_good, dry_run)),
        )

    @property
    def head(self) -> ledger_pb2.LedgerHead:
        with self._lock:
            return _head(lib.duban_ledger_head, self._open_handle())

    def view(self) -> View:
        with self._lock:
            return View(
                native.call_for_handle(
                    lib.duban_ledger_view, self._open_handle()
                )
            )

    def assess(
        self, pack: Pack, as_of: Day, scheme: str | None = None
    ) -> Assessment:
        """Of the ledger as it is now; see View.assess."""
        return self.view().assess(pack, as_of, scheme)

    def duties(
        self, pack: Pack, as_of: Day, subject: str | None = None
    ) -> DutyReport:
        return self.view().duties(pack, as_of, subject)

    def explain(self, pack: Pack, as_of: Day, subject: str) -> Explanation:
        return self.view().explain(pack, as_of, subject)


def verify(path: PathLike, head: str | None = None) -> ledger_pb2.VerifyReport:
    """Checks a ledger file from end to end; raises where it is damaged.
    ``head`` is the digest of a head that was written down earlier: the file
    must contain it."""
    return ledger_pb2.VerifyReport.FromString(
        native.call_for_bytes(
            lib.duban_ledger_verify,
            *native.sized_path(path),
            *((None, 0) if head is None else native.sized(head)),
            native.PROTOBUF,
        )
    )
