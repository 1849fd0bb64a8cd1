"""Packs: what was decided."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from ctypes import byref, c_int64, c_void_p

from duban import _library as native
from duban._library import Day, PathLike, lib
from duban.v1 import error_pb2, pack_pb2, schedule_pb2


class Pack:
    """A checked and compiled pack. Immutable; any number of threads may use
    it."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def __del__(self) -> None:
        handle, self._handle = getattr(self, "_handle", 0), 0
        if handle:
            lib.duban_pack_free(handle)

    @classmethod
    def load(cls, path: PathLike) -> Pack:
        """From a file or a folder. Raises DubanError, which lists every
        fault."""
        return cls(
            native.call_for_handle(
                lib.duban_pack_load, *native.sized_path(path)
            )
        )

    @classmethod
    def parse(
        cls, files: Mapping[str, str] | Iterable[tuple[str, str]]
    ) -> Pack:
        """From memory: file names and their text. A name that ends in .json
        is JSON, any other is protobuf text format."""
        pairs = files.items() if isinstance(files, Mapping) else files
        sources = [
            native.Source(*native.sized(n), *native.sized(t)) for n, t in pairs
        ]
        array = (native.Source * len(sources))(*sources)
        return cls(
            native.call_for_handle(lib.duban_pack_parse, array, len(sources))
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Pack:
        """From a serialized duban.v1.Pack."""
        return cls(
            native.call_for_handle(
                lib.duban_pack_from_bytes, *native.sized(data)
            )
        )

    @staticmethod
    def check(path: PathLike) -> error_pb2.ErrorList:
        """Everything to be said of a pack, errors and warnings; empty where
        all is well. Raises only where it could not be checked."""
        buffer, error = c_void_p(), c_void_p()
        status = lib.duban_pack_check(
            *native.sized_path(path),
            native.PROTOBUF,
            byref(buffer),
            byref(error),
        )
        raised = native.take_error(error) if status else None
        if not buffer:
            assert raised is not None
            raise raised
        return error_pb2.ErrorList.FromString(native.take_buffer(buffer))

    @property
    def id(self) -> str:
        return native.text(lib.duban_pack_id(self._handle))

    @property
    def version(self) -> str:
        return native.text(lib.duban_pack_version(self._handle))

    @property
    def digest(self) -> str:
        """SHA-256 of to_bytes(), hexadecimal."""
        return native.text(lib.duban_pack_digest(self._handle))

    def to_bytes(self) -> bytes:
        return native.call_for_bytes(
            lib.duban_pack_message, self._handle, native.PROTOBUF
        )

    @functools.cached_property
    def message(self) -> pack_pb2.Pack:
        return pack_pb2.Pack.FromString(self.to_bytes())

    @functools.cached_property
    def warnings(self) -> error_pb2.ErrorList:
        return error_pb2.ErrorList.FromString(
            native.call_for_bytes(
                lib.duban_pack_warnings, self._handle, native.PROTOBUF
            )
        )

    def test(self) -> int:
        """Runs the pack's own tests; returns how many expectations were met,
        and raises DubanError (reason PACK_TEST_FAILED) where one was not."""
        expectations = c_int64()
        native.call(
            lib.duban_pack_test, self._handle, None, byref(expectations)
        )
        return expectations.value

    def days(
        self, since: Day | None = None, until: Day | None = None
    ) -> schedule_pb2.DayReport:
        """Why each day is worked or not, both days included; without them, in
        the month of the campaign's first day."""
        return schedule_pb2.DayReport.FromString(
            native.call_for_bytes(
                lib.duban_pack_days,
                self._handle,
                *native.sized_day(since or ""),
                *native.sized_day(until or ""),
                native.PROTOBUF,
            )
        )

    def moved_days(
        self,
        before: Pack,
        since: Day | None = None,
        until: Day | None = None,
    ) -> schedule_pb2.MovedDayReport:
        """What is due otherwise by this pack than by an earlier one."""
        return schedule_pb2.MovedDayReport.FromString(
            native.call_for_bytes(
                lib.duban_pack_moved_days,
                before._handle,
                self._handle,
                *native.sized_day(since or ""),
                *native.sized_day(until or ""),
                native.PROTOBUF,
            )
        )

    def __repr__(self) -> str:
        return f"<duban.Pack {self.id} {self.version} {self.digest[:12]}>"
