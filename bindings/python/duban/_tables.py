"""Tables as Arrow streams, through PyCapsules: what pyarrow, pandas, polars
and DuckDB give and take. No row is touched in Python."""

from __future__ import annotations

import ctypes
from ctypes import (
    CFUNCTYPE,
    POINTER,
    PYFUNCTYPE,
    byref,
    c_char_p,
    c_int,
    c_int64,
    c_size_t,
    c_void_p,
    py_object,
)
from typing import TYPE_CHECKING, Any

from duban import _library as native
from duban._library import ArrowArrayStream, lib

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from duban._ledger import View

_STREAM = b"arrow_array_stream"
_SCHEMA = b"arrow_schema"
_ARRAY = b"arrow_array"

_Release = CFUNCTYPE(None, c_void_p)


class _Schema(ctypes.Structure):
    _fields_ = [
        ("format", c_char_p),
        ("name", c_char_p),
        ("metadata", c_void_p),
        ("flags", c_int64),
        ("n_children", c_int64),
        ("children", c_void_p),
        ("dictionary", c_void_p),
        ("release", c_void_p),
        ("private_data", c_void_p),
    ]


class _Array(ctypes.Structure):
    _fields_ = [
        ("length", c_int64),
        ("null_count", c_int64),
        ("offset", c_int64),
        ("n_buffers", c_int64),
        ("n_children", c_int64),
        ("buffers", c_void_p),
        ("children", c_void_p),
        ("dictionary", c_void_p),
        ("release", c_void_p),
        ("private_data", c_void_p),
    ]


def _python(name: str, *signature: Any) -> Any:
    # Prototypes of our own: those of ctypes.pythonapi are everybody's.
    return PYFUNCTYPE(*signature)((name, ctypes.pythonapi))


_new_capsule = _python(
    "PyCapsule_New", py_object, c_void_p, c_char_p, c_void_p
)
_pointer_in = _python("PyCapsule_GetPointer", c_void_p, py_object, c_char_p)
# A capsule that is being destroyed must not be made an object again.
_pointer_in_dying = _python(
    "PyCapsule_GetPointer", c_void_p, c_void_p, c_char_p
)
_allocate = _python("PyMem_RawMalloc", c_void_p, c_size_t)
_free = _python("PyMem_RawFree", None, c_void_p)


def _release(struct: Any) -> None:
    if struct.release:
        _Release(struct.release)(ctypes.addressof(struct))


@PYFUNCTYPE(None, c_void_p)
def _destroy_stream(capsule: int) -> None:
    pointer = _pointer_in_dying(capsule, _STREAM)
    # Whoever took the stream has set `release` to null.
    _release(ArrowArrayStream.from_address(pointer))
    _free(pointer)


# Capsules may outlive this module when the interpreter ends.
ctypes.pythonapi.Py_IncRef(py_object(_destroy_stream))


class Table:
    """The records of one table that count, as an Arrow stream. ::

        pyarrow.table(view.table("activities"))
        polars.DataFrame(view.table("活动", chinese=True))

    Whoever asks gets a stream of its own, and the view's records."""

    def __init__(
        self,
        view: View,
        name: str,
        *,
        chinese: bool,
        dictionaries: bool,
        decimals_as_numbers: bool,
        unmasked: bool,
    ) -> None:
        self._view = view
        self.name = name
        self._options = native.FourChoices(
            chinese, dictionaries, decimals_as_numbers, unmasked
        )

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """PyCapsule of an ArrowArrayStream. Types are as they are; the
        consumer casts."""
        pointer = _allocate(ctypes.sizeof(ArrowArrayStream))
        if not pointer:
            raise MemoryError
        stream = ArrowArrayStream.from_address(pointer)
        stream.release = None
        try:
            native.call(
                lib.duban_view_export_arrow,
                self._view._handle,
                *native.sized(self.name),
                byref(self._options),
                pointer,
            )
            return _new_capsule(
                pointer, _STREAM, ctypes.cast(_destroy_stream, c_void_p)
            )
        except BaseException:
            _release(stream)
            _free(pointer)
            raise

    def to_arrow(self) -> pyarrow.Table:
        """Needs pyarrow."""
        import pyarrow

        return pyarrow.table(self)

    def to_pandas(self) -> pandas.DataFrame:
        """Needs pandas and pyarrow."""
        return self.to_arrow().to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """Needs polars."""
        import polars

        return polars.DataFrame(self)


class _OneArray:
    """A stream of one array, for what has no stream of its own."""

    _GetSchema = CFUNCTYPE(c_int, c_void_p, POINTER(_Schema))
    _GetNext = CFUNCTYPE(c_int, c_void_p, POINTER(_Array))
    _GetError = CFUNCTYPE(c_void_p, c_void_p)

    def __init__(self, capsules: tuple[Any, Any]) -> None:
        # The capsules own what has not been taken out of them.
        self._capsules = capsules
        self._schema = _Schema.from_address(_pointer_in(capsules[0], _SCHEMA))
        self._array = _Array.from_address(_pointer_in(capsules[1], _ARRAY))
        self._callbacks = (
            self._GetSchema(self._get_schema),
            self._GetNext(self._get_next),
            self._GetError(lambda stream: None),
            _Release(self._release),
        )
        self.stream = ArrowArrayStream(
            *(ctypes.cast(function, c_void_p) for function in self._callbacks)
        )

    @staticmethod
    def _move(source: Any, target: Any) -> None:
        ctypes.memmove(target, byref(source), ctypes.sizeof(source))
        source.release = None

    def _get_schema(self, stream: int, out: Any) -> int:
        self._move(self._schema, out)
        return 0

    def _get_next(self, stream: int, out: Any) -> int:
        # A second time: released already, which is the end of the stream.
        self._move(self._array, out)
        return 0

    def _release(self, stream: int) -> None:
        self.stream.release = None


def _is_pandas(data: Any) -> bool:
    return any(
        kind.__module__.split(".")[0] == "pandas" and kind.__name__ == "DataFrame"
        for kind in type(data).__mro__
    )


def stream_of(data: Any) -> tuple[int, Any]:
    """Address of an ArrowArrayStream of the data, and what keeps it."""
    if _is_pandas(data):
        import pyarrow

        # An index without a name says nothing but where rows were.
        named = any(name is not None for name in data.index.names)
        data = pyarrow.Table.from_pandas(data, preserve_index=named)
    if hasattr(data, "__arrow_c_stream__"):
        capsule = data.__arrow_c_stream__()
        return _pointer_in(capsule, _STREAM), capsule
    if hasattr(data, "__arrow_c_array__"):
        one = _OneArray(data.__arrow_c_array__())
        return ctypes.addressof(one.stream), one
    raise TypeError(
        "a table has __arrow_c_stream__ or __arrow_c_array__: pass a table of "
        "pyarrow, pandas, polars or DuckDB"
    )
