#!/usr/bin/env python3
"""Writes mainland_2019_2026.csv: every day of those years, worked or not.

    pip install chinesecalendar==1.11.0
    tests/calendar/golden/generate.py

The answers are those of a public package, made from the same notices by other
people, so that the table in src/calendar/mainland.cc is compared with
something else than itself. For maintainers, when a year is added; tests only
read the file. Refuses another version of the package: it may know more.
"""

import datetime
import importlib.metadata
import pathlib
import sys

import chinese_calendar

PACKAGE = "chinesecalendar"
VERSION = "1.11.0"
FIRST = datetime.date(2019, 1, 1)
LAST = datetime.date(2026, 12, 31)


def main() -> int:
    version = importlib.metadata.version(PACKAGE)
    if version != VERSION:
        print(f"needs {PACKAGE} {VERSION}, not {version}", file=sys.stderr)
        return 2
    lines = [
        f"# {PACKAGE} {VERSION} (PyPI), is_workday(); by generate.py beside it",
        "date,working",
    ]
    day = FIRST
    while day <= LAST:
        lines.append(f"{day},{int(chinese_calendar.is_workday(day))}")
        day += datetime.timedelta(days=1)
    path = pathlib.Path(__file__).with_name("mainland_2019_2026.csv")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
