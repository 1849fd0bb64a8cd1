"""Duban: campaigns of supervision and delivery, their duties and scores.

::

    import duban

    pack = duban.Pack.load("pack")
    with duban.Ledger.open("campaign.duban") as ledger:
        ledger.import_folder("tables", adopt=pack)
        assessment = ledger.assess(pack, "2021-12-31")
    print(assessment.to_json().decode())

The messages are in ``duban.v1``. What fails raises ``DubanError``.
"""

from duban import v1
from duban._errors import DubanError, Fault, Refused
from duban._ledger import Ledger, View, verify
from duban._library import lib as _lib
from duban._pack import Pack
from duban._results import Assessment, DutyReport, Explanation
from duban._tables import Table
from duban._version import VERSION as __version__


def library_version() -> str:
    """Version of the native library, which may come from the system."""
    return _lib.duban_version_string().decode()


__all__ = [
    "Assessment",
    "DubanError",
    "DutyReport",
    "Explanation",
    "Fault",
    "Ledger",
    "Pack",
    "Refused",
    "Table",
    "View",
    "__version__",
    "library_version",
    "v1",
    "verify",
]
