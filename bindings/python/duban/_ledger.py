"""Ledgers and the views of them."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterable, Iterator
from ctypes import byref, c_uint64, c_void_p
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable

from duban import _library as native
from duban._errors import Refused
from duban._library import Day, PathLike, lib
from duban._results import Assessment, DutyReport, Explanation
from duban._tables import Table, stream_of
from duban.v1 import ledger_pb2, options_pb2, query_pb2, schedule_pb2
from google.protobuf.message import Message

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

    @property
    def digest(self) -> str:
        """Of what it holds, whatever its history: equal for two ledgers with
        the same records."""
        digest = ctypes.create_string_buffer(native.DIGEST_SIZE)
        native.call(lib.duban_view_digest, self._handle, digest)
        return native.text(digest.value)

    def ask(self, query: query_pb2.Query) -> query_pb2.QueryAnswer:
        """One page of what a Query asks for, with the token of the next."""
        return query_pb2.QueryAnswer.FromString(
            native.call_for_bytes(
                lib.duban_view_query,
                self._handle,
                *native.sized(query.SerializeToString()),
                native.PROTOBUF,
                native.PROTOBUF,
            )
        )

    def query(
        self,
        kind: int | str,
        where: str = "",
        *,
        order_by: str | Iterable[str] = (),
        descending: bool = False,
        columns: Iterable[str] = (),
        as_of: Day | None = None,
        with_voided: bool = False,
        page_size: int = 0,
    ) -> Iterator[Message]:
        """Records of a kind ("ACTIVITY"), as messages, page by page while they
        are taken. All orders go the same way; for others, and for the number
        of records, see ask(). ::

            for activity in view.query("ACTIVITY", "activity.minutes > 60"):
                print(activity.id)
        """
        if isinstance(kind, str):
            kind = options_pb2.RecordKind.Value(kind)
        by = [order_by] if isinstance(order_by, str) else order_by
        query = query_pb2.Query(
            kind=kind,
            where=where,
            order_by=[
                query_pb2.OrderBy(by=one, descending=descending) for one in by
            ],
            column=columns,
            as_of="" if as_of is None else native.sized_day(as_of)[0].decode(),
            with_voided=with_voided,
            page_size=page_size,
        )
        # The first page is asked for now, so that a wrong query raises here.
        return self._records(query, self.ask(query))

    def _records(
        self, query: query_pb2.Query, page: query_pb2.QueryAnswer
    ) -> Iterator[Message]:
        while True:
            for record in page.record:
                yield getattr(record, record.WhichOneof("record"))
            if not page.next_page_token:
                return
            query.page_token = page.next_page_token
            page = self.ask(query)

    def export_folder(
        self,
        path: PathLike,
        *,
        chinese: bool = False,
        gb18030: bool = False,
        unmasked: bool = False,
    ) -> None:
        """Writes all of it into a new folder of CSV tables. What is sensitive
        is masked unless ``unmasked``; only then it can be imported again."""
        native.call(
            lib.duban_view_export,
            self._handle,
            *native.sized_path(path),
            byref(native.ExportOptions(chinese, gb18030, unmasked)),
        )

    def reminders(
        self, pack: Pack, as_of: Day, within: int = 5
    ) -> schedule_pb2.ReminderReport:
        """What falls due within so many working days, and for whom."""
        return schedule_pb2.ReminderReport.FromString(
            native.call_for_bytes(
                lib.duban_pack_reminders,
                pack._handle,
                self._handle,
                *native.sized_day(as_of),
                within,
                native.PROTOBUF,
            )
        )

    def table(
        self,
        name: str,
        *,
        chinese: bool = False,
        dictionaries: bool = False,
        decimals_as_numbers: bool = False,
        unmasked: bool = False,
    ) -> Table:
        """The records of a table ("activities", "活动") that count, for
        pyarrow, pandas, polars and DuckDB. ``chinese`` names columns and words
        so; ``dictionaries`` makes categories of texts; decimals are texts, as
        they were given, or numbers. What is sensitive is masked unless it is
        asked for."""
        return Table(
            self,
            name,
            chinese=chinese,
            dictionaries=dictionaries,
            decimals_as_numbers=decimals_as_numbers,
            unmasked=unmasked,
        )

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
        until_sequence: int = 0,
    ) -> Ledger:
        """Opens a file, and makes it where there is none unless told
        otherwise. With ``until_sequence`` it is the ledger as it was when this
        was its last entry, read only."""
        return cls(
            native.call_for_handle(
                lib.duban_ledger_open,
                *native.sized_path(path),
                byref(
                    native.LedgerOptions(read_only, must_exist, until_sequence)
                ),
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

    def import_table(
        self,
        name: str,
        data: Any,
        *,
        keep_good: bool = False,
        dry_run: bool = False,
    ) -> ledger_pb2.Receipt:
        """Applies a table as one batch: of pyarrow, pandas, polars or DuckDB,
        or whatever else has ``__arrow_c_stream__`` or ``__arrow_c_array__``.
        Columns as in CSV files, Chinese or English. Raises Refused with every
        bad row. What makes the table must not use this ledger meanwhile."""
        stream, keeper = stream_of(data)
        receipt = self._write(
            lib.duban_ledger_import_arrow,
            *native.sized(name),
            stream,
            byref(native.TwoChoices(keep_good, dry_run)),
        )
        del keeper
        return receipt

    @property
    def head(self) -> ledger_pb2.LedgerHead:
        with self._lock:
            return _head(lib.duban_ledger_head, self._open_handle())

    def checkpoint(self, *, drop: bool = False) -> None:
        """Keeps what the ledger holds now beside its entries, so that opening
        it is quick; or removes that again. No result depends on it."""
        with self._lock:
            native.call(
                lib.duban_ledger_checkpoint, self._open_handle(), int(drop)
            )

    def view(self) -> View:
        with self._lock:
            return View(
                native.call_for_handle(
                    lib.duban_ledger_view, self._open_handle()
                )
            )

    def table(self, name: str, **options: bool) -> Table:
        """Of the ledger as it is now; see View.table."""
        return self.view().table(name, **options)

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

    def query(
        self, kind: int | str, where: str = "", **options: Any
    ) -> Iterator[Message]:
        """Of the ledger as it is now; see View.query."""
        return self.view().query(kind, where, **options)

    def export_folder(self, path: PathLike, **options: bool) -> None:
        """Of the ledger as it is now; see View.export_folder."""
        self.view().export_folder(path, **options)

    def reminders(
        self, pack: Pack, as_of: Day, within: int = 5
    ) -> schedule_pb2.ReminderReport:
        return self.view().reminders(pack, as_of, within)


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
