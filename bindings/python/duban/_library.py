"""libduban through ctypes: prototypes, bytes in and out, errors raised.

ctypes lets go of the interpreter's lock during a call, so other threads run.
"""

from __future__ import annotations

import ctypes
import datetime
import os
from ctypes import (
    POINTER,
    byref,
    c_char_p,
    c_int32,
    c_int64,
    c_size_t,
    c_uint32,
    c_uint64,
    c_void_p,
)
from pathlib import Path
from typing import Any, Callable, Union

from duban._errors import DubanError, Fault

ABI_EPOCH = 0
PROTOBUF, JSON, TEXT, CSV = range(4)
DIGEST_SIZE = 65

PathLike = Union[str, "os.PathLike[str]"]
Day = Union[str, datetime.date]


class Source(ctypes.Structure):
    _fields_ = [
        ("name", c_char_p),
        ("name_size", c_size_t),
        ("text", c_char_p),
        ("text_size", c_size_t),
    ]


class LedgerOptions(ctypes.Structure):
    """duban_ledger_options."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("read_only", c_int32),
        ("must_exist", c_int32),
        ("until_sequence", c_uint64),
    ]

    def __init__(self, read_only: bool, must_exist: bool, until: int) -> None:
        super().__init__(
            ctypes.sizeof(LedgerOptions), read_only, must_exist, until
        )


class ExportOptions(ctypes.Structure):
    """duban_export_options."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("chinese", c_int32),
        ("gb18030", c_int32),
        ("unmasked", c_int32),
        ("reserved", c_int32),
    ]

    def __init__(self, chinese: bool, gb18030: bool, unmasked: bool) -> None:
        super().__init__(
            ctypes.sizeof(ExportOptions), chinese, gb18030, unmasked, 0
        )


class TwoChoices(ctypes.Structure):
    """duban_apply_options."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("first", c_int32),
        ("second", c_int32),
    ]

    def __init__(self, first: bool, second: bool) -> None:
        super().__init__(ctypes.sizeof(TwoChoices), first, second)


class FourChoices(ctypes.Structure):
    """duban_table_options."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("first", c_int32),
        ("second", c_int32),
        ("third", c_int32),
        ("fourth", c_int32),
    ]

    def __init__(self, *choices: bool) -> None:
        super().__init__(ctypes.sizeof(FourChoices), *choices)


class ArrowArrayStream(ctypes.Structure):
    _fields_ = [
        ("get_schema", c_void_p),
        ("get_next", c_void_p),
        ("get_last_error", c_void_p),
        ("release", c_void_p),
        ("private_data", c_void_p),
    ]


class OneText(ctypes.Structure):
    """duban_assess_options and duban_duties_options."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("text", c_char_p),
        ("text_size", c_size_t),
    ]

    def __init__(self, text: bytes) -> None:
        super().__init__(ctypes.sizeof(OneText), text, len(text))


class _CFault(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("severity", c_int32),
        ("code", c_int32),
        ("line", c_int32),
        ("column", c_int32),
        ("change", c_int32),
        ("reserved", c_int32),
        ("row", c_int64),
        ("reason", c_char_p),
        ("file", c_char_p),
        ("field", c_char_p),
        ("message_zh", c_char_p),
        ("message_en", c_char_p),
        ("hint_zh", c_char_p),
        ("hint_en", c_char_p),
    ]


_TEXT = (c_char_p, c_size_t)
_FORMAT = c_int32
_HANDLE = c_void_p
_OUT = POINTER(c_void_p)
_SEQUENCE = POINTER(c_uint64)

# name: (result, parameters). Fallible ones return int32 and end with an error.
_PROTOTYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "duban_version": (c_uint32, ()),
    "duban_version_string": (c_char_p, ()),
    "duban_abi_epoch": (c_int32, ()),
    "duban_pack_format_oldest": (c_int32, ()),
    "duban_pack_format_newest": (c_int32, ()),
    "duban_status_name": (c_char_p, (c_int32,)),
    "duban_buffer_data": (c_void_p, (_HANDLE,)),
    "duban_buffer_size": (c_size_t, (_HANDLE,)),
    "duban_buffer_free": (None, (_HANDLE,)),
    "duban_error_code": (c_int32, (_HANDLE,)),
    "duban_error_text": (c_char_p, (_HANDLE,)),
    "duban_error_count": (c_size_t, (_HANDLE,)),
    "duban_error_omitted": (c_int64, (_HANDLE,)),
    "duban_error_first": (c_size_t, (_HANDLE,)),
    "duban_error_fault": (
        ctypes.c_bool,
        (_HANDLE, c_size_t, POINTER(_CFault)),
    ),
    "duban_error_free": (None, (_HANDLE,)),
    "duban_pack_load": (c_int32, (*_TEXT, _OUT, _OUT)),
    "duban_pack_parse": (c_int32, (POINTER(Source), c_size_t, _OUT, _OUT)),
    "duban_pack_from_bytes": (c_int32, (*_TEXT, _OUT, _OUT)),
    "duban_pack_check": (c_int32, (*_TEXT, _FORMAT, _OUT, _OUT)),
    "duban_pack_warnings": (c_int32, (_HANDLE, _FORMAT, _OUT, _OUT)),
    "duban_pack_id": (c_char_p, (_HANDLE,)),
    "duban_pack_version": (c_char_p, (_HANDLE,)),
    "duban_pack_digest": (c_char_p, (_HANDLE,)),
    "duban_pack_message": (c_int32, (_HANDLE, _FORMAT, _OUT, _OUT)),
    "duban_pack_test": (
        c_int32,
        (_HANDLE, POINTER(c_int64), POINTER(c_int64), _OUT),
    ),
    "duban_pack_free": (None, (_HANDLE,)),
    "duban_ledger_open": (
        c_int32,
        (*_TEXT, POINTER(LedgerOptions), _OUT, _OUT),
    ),
    "duban_ledger_open_in_memory": (c_int32, (_OUT, _OUT)),
    "duban_ledger_apply": (
        c_int32,
        (_HANDLE, *_TEXT, _FORMAT, POINTER(TwoChoices), _FORMAT, _OUT, _OUT),
    ),
    "duban_ledger_adopt_pack": (
        c_int32,
        (_HANDLE, _HANDLE, _FORMAT, _OUT, _OUT),
    ),
    "duban_ledger_import_folder": (
        c_int32,
        (_HANDLE, _HANDLE, *_TEXT, POINTER(TwoChoices), _FORMAT, _OUT, _OUT),
    ),
    "duban_ledger_import_arrow": (
        c_int32,
        (
            _HANDLE,
            *_TEXT,
            c_void_p,
            POINTER(TwoChoices),
            _FORMAT,
            _OUT,
            _OUT,
        ),
    ),
    "duban_view_export_arrow": (
        c_int32,
        (_HANDLE, *_TEXT, POINTER(FourChoices), c_void_p, _OUT),
    ),
    "duban_ledger_head": (c_int32, (_HANDLE, _SEQUENCE, c_char_p, _OUT)),
    "duban_ledger_view": (c_int32, (_HANDLE, _OUT, _OUT)),
    "duban_ledger_checkpoint": (c_int32, (_HANDLE, c_int32, _OUT)),
    "duban_ledger_close": (None, (_HANDLE,)),
    "duban_ledger_verify": (c_int32, (*_TEXT, *_TEXT, _FORMAT, _OUT, _OUT)),
    "duban_view_head": (c_int32, (_HANDLE, _SEQUENCE, c_char_p, _OUT)),
    "duban_view_free": (None, (_HANDLE,)),
    "duban_view_query": (
        c_int32,
        (_HANDLE, *_TEXT, _FORMAT, _FORMAT, _OUT, _OUT),
    ),
    "duban_view_export": (
        c_int32,
        (_HANDLE, *_TEXT, POINTER(ExportOptions), _OUT),
    ),
    "duban_view_digest": (c_int32, (_HANDLE, c_char_p, _OUT)),
    "duban_pack_reminders": (
        c_int32,
        (_HANDLE, _HANDLE, *_TEXT, c_int32, _FORMAT, _OUT, _OUT),
    ),
    "duban_pack_days": (
        c_int32,
        (_HANDLE, *_TEXT, *_TEXT, _FORMAT, _OUT, _OUT),
    ),
    "duban_pack_moved_days": (
        c_int32,
        (_HANDLE, _HANDLE, *_TEXT, *_TEXT, _FORMAT, _OUT, _OUT),
    ),
    "duban_pack_assess": (
        c_int32,
        (_HANDLE, _HANDLE, *_TEXT, POINTER(OneText), _FORMAT, _OUT, _OUT),
    ),
    "duban_pack_duties": (
        c_int32,
        (_HANDLE, _HANDLE, *_TEXT, POINTER(OneText), _FORMAT, _OUT, _OUT),
    ),
    "duban_pack_explain": (
        c_int32,
        (_HANDLE, _HANDLE, *_TEXT, *_TEXT, _FORMAT, _OUT, _OUT),
    ),
    "duban_message_convert": (
        c_int32,
        (*_TEXT, *_TEXT, _FORMAT, _FORMAT, _OUT, _OUT),
    ),
}


def _open() -> ctypes.CDLL:
    inside = Path(__file__).parent / "_native" / "libduban.so"
    # Without one inside, that of the system (a distribution's package).
    name = str(inside) if inside.exists() else f"libduban.so.{ABI_EPOCH}"
    try:
        library = ctypes.CDLL(name)
    except OSError as error:
        raise ImportError(f"cannot load {name}: {error}") from error
    for function, (result, parameters) in _PROTOTYPES.items():
        symbol = getattr(library, function)
        symbol.restype = result
        symbol.argtypes = parameters
    epoch = library.duban_abi_epoch()
    if epoch != ABI_EPOCH:
        raise ImportError(f"{name} has ABI epoch {epoch}, not {ABI_EPOCH}")
    return library


lib = _open()


def text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")


def sized(value: str | bytes) -> tuple[bytes, int]:
    """Pointer and size, as two parameters."""
    data = value.encode("utf-8") if isinstance(value, str) else bytes(value)
    return data, len(data)


def sized_path(path: PathLike) -> tuple[bytes, int]:
    data = os.fsencode(path)
    return data, len(data)


def sized_day(day: Day) -> tuple[bytes, int]:
    # A time of day has no meaning here, and its date depends on a zone.
    if isinstance(day, datetime.datetime):
        raise TypeError("as_of is a date: pass datetime.date or 'YYYY-MM-DD'")
    return sized(day.isoformat() if isinstance(day, datetime.date) else day)


def _faults_of(error: c_void_p) -> list[Fault]:
    faults = []
    for index in range(lib.duban_error_count(error)):
        raw = _CFault(struct_size=ctypes.sizeof(_CFault))
        if not lib.duban_error_fault(error, index, byref(raw)):
            continue
        faults.append(
            Fault(
                reason=text(raw.reason),
                code=raw.code,
                message_zh=text(raw.message_zh),
                message_en=text(raw.message_en),
                hint_zh=text(raw.hint_zh),
                hint_en=text(raw.hint_en),
                warning=raw.severity == 1,
                file=text(raw.file),
                line=raw.line,
                column=raw.column,
                row=raw.row,
                field=text(raw.field),
                change=raw.change,
            )
        )
    return faults


def take_error(
    error: c_void_p, kind: Callable[..., DubanError] = DubanError
) -> DubanError:
    """Makes an exception of an error handle and frees it."""
    try:
        code = lib.duban_error_code(error)
        return kind(
            code,
            text(lib.duban_status_name(code)),
            text(lib.duban_error_text(error)),
            _faults_of(error),
            lib.duban_error_first(error),
            lib.duban_error_omitted(error),
        )
    finally:
        lib.duban_error_free(error)


def take_buffer(buffer: c_void_p) -> bytes:
    """Copies a buffer and frees it."""
    try:
        return ctypes.string_at(
            lib.duban_buffer_data(buffer), lib.duban_buffer_size(buffer)
        )
    finally:
        lib.duban_buffer_free(buffer)


def call(function: Callable[..., int], *arguments: Any) -> None:
    """Calls a function whose only output besides is the error."""
    error = c_void_p()
    if function(*arguments, byref(error)):
        raise take_error(error)


def call_for_handle(function: Callable[..., int], *arguments: Any) -> int:
    handle = c_void_p()
    call(function, *arguments, byref(handle))
    assert handle.value is not None
    return handle.value


def call_for_bytes(function: Callable[..., int], *arguments: Any) -> bytes:
    buffer = c_void_p()
    call(function, *arguments, byref(buffer))
    return take_buffer(buffer)


def convert(kind: str, message: bytes, source: int, target: int) -> bytes:
    return call_for_bytes(
        lib.duban_message_convert, *sized(kind), *sized(message), source, target
    )
