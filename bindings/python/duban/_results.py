"""Assessments, duties and explanations.

Each result is its message plus ways to show it. JSON, text and CSV come from
the library, so they are the bytes that every other language gets.
"""

from __future__ import annotations

import html
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from duban import _library as native
from duban.v1 import assessment_pb2, common_pb2, pack_pb2

if TYPE_CHECKING:
    import pandas
    import polars

Message = TypeVar("Message")


def _decimal(value: str) -> Decimal | None:
    return Decimal(value) if value else None


def _words(value: common_pb2.Text) -> str:
    return value.zh or value.en


def _html_table(headings: list[str], rows: list[list[Any]]) -> str:
    def cells(tag: str, values: list[Any]) -> str:
        return "".join(
            f"<{tag}>{html.escape('' if v is None else str(v))}</{tag}>"
            for v in values
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return (
        f"<table><thead><tr>{cells('th', headings)}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


# Notebooks stay usable; the tables and to_pandas() have every row.
_MAX_HTML_ROWS = 200


def _limited(rows: list[list[Any]], width: int) -> list[list[Any]]:
    if len(rows) <= _MAX_HTML_ROWS:
        return rows
    more = f"… + {len(rows) - _MAX_HTML_ROWS}"
    return rows[:_MAX_HTML_ROWS] + [[more] + [""] * (width - 1)]


class _Result(Generic[Message]):
    message: Message

    def __init__(self, message: Message) -> None:
        self.message = message

    def to_bytes(self) -> bytes:
        """The serialized message."""
        return self.message.SerializeToString()  # type: ignore[attr-defined]

    def to_json(self) -> bytes:
        """The same bytes as `duban --format json` and every binding give."""
        return self._as(native.JSON)

    def _as(self, target: int) -> bytes:
        kind = self.message.DESCRIPTOR.full_name  # type: ignore[attr-defined]
        return native.convert(kind, self.to_bytes(), native.PROTOBUF, target)


class _Tables:
    """Results that are tables: lists of dicts, by name."""

    def table(self, name: str) -> list[dict]:
        raise NotImplementedError

    def to_pandas(self, table: str = "") -> pandas.DataFrame:
        """One of the tables; numbers are decimal.Decimal, missing ones
        None."""
        import pandas

        return pandas.DataFrame(self.table(table), dtype=object)

    def to_polars(self, table: str = "") -> polars.DataFrame:
        """One of the tables; points are of type Decimal."""
        import polars

        return polars.DataFrame(self.table(table), infer_schema_length=None)


class Assessment(_Result[assessment_pb2.Assessment], _Tables):
    """Scorecards, figures of organizations, and the certificate."""

    _titles: dict

    @classmethod
    def _from(cls, data: bytes, pack: pack_pb2.Pack) -> Assessment:
        self = cls(assessment_pb2.Assessment.FromString(data))
        # (scheme, criterion) → title.
        self._titles = {
            (scheme.id, criterion.id): _words(criterion.title)
            for scheme in pack.scheme
            for criterion in scheme.criterion
        }
        return self

    @property
    def certificate(self) -> assessment_pb2.Certificate:
        return self.message.certificate

    def to_csv(self) -> bytes:
        """One row for each scheme, subject and criterion."""
        return self._as(native.CSV)

    def scorecards(self, scheme: str | None = None) -> list[dict]:
        """One dict for each scorecard, best first. ``points`` is a dict by
        criterion; a criterion that does not apply has None."""
        return [
            {
                "scheme": result.scheme,
                "kind": pack_pb2.SubjectKind.Name(card.subject.kind),
                "subject": card.subject.id,
                "name": card.subject.name,
                "organization": card.subject.organization,
                "organization_name": card.subject.organization_name,
                "rank": card.rank,
                "total": _decimal(card.total),
                "full_mark": _decimal(card.full_mark),
                "grade": card.grade,
                "vetoes": [veto.veto for veto in card.veto],
                "points": {
                    c.criterion: _decimal(c.points) if c.applicable else None
                    for c in card.criterion
                },
            }
            for result in self.message.scheme
            if scheme in (None, result.scheme)
            for card in result.scorecard
        ]

    def criteria(self, scheme: str | None = None) -> list[dict]:
        """One dict for each subject and criterion."""
        return [
            {
                "scheme": result.scheme,
                "subject": card.subject.id,
                "criterion": c.criterion,
                "title": self._titles.get((result.scheme, c.criterion), ""),
                "applicable": c.applicable,
                "points": _decimal(c.points),
                "max": _decimal(c.max),
            }
            for result in self.message.scheme
            if scheme in (None, result.scheme)
            for card in result.scorecard
            for c in card.criterion
        ]

    def figures(self, scheme: str | None = None) -> list[dict]:
        """One dict for each organization and roll-up, in tree order."""
        return [
            {
                "scheme": result.scheme,
                "organization": figure.organization.id,
                "name": figure.organization.name,
                "roll_up": figure.roll_up,
                "value": _decimal(figure.value),
                "scores": figure.scores,
                "depth": figure.depth,
            }
            for result in self.message.scheme
            if scheme in (None, result.scheme)
            for figure in result.figure
        ]

    def table(self, name: str = "") -> list[dict]:
        """Of scorecards (without the points), criteria or figures."""
        if name in ("", "scorecards"):
            cards = self.scorecards()
            for card in cards:
                del card["points"]
                card["vetoes"] = ";".join(card["vetoes"])
            return cards
        if name == "criteria":
            return self.criteria()
        if name == "figures":
            return self.figures()
        raise ValueError(f"no table {name!r}: scorecards, criteria, figures")

    def _repr_html_(self) -> str:
        parts = []
        headings = ["名次", "对象", "单位", "得分", "满分", "等次", "一票否决"]
        for result in self.message.scheme:
            title = html.escape(_words(result.title) or result.scheme)
            rows = [
                [
                    card.rank or "",
                    card.subject.name or card.subject.id,
                    card.subject.organization_name,
                    card.total,
                    card.full_mark,
                    card.grade,
                    "；".join(_words(v.title) or v.veto for v in card.veto),
                ]
                for card in result.scorecard
            ]
            table = _html_table(headings, _limited(rows, len(headings)))
            parts.append(f"<h4>{title}</h4>{table}")
        as_of = html.escape(self.certificate.as_of)
        return f"<div>{''.join(parts)}<p>截至 {as_of}</p></div>"

    def __repr__(self) -> str:
        cards = sum(len(result.scorecard) for result in self.message.scheme)
        return (
            f"<duban.Assessment {self.certificate.as_of}: {cards} scorecards>"
        )


class DutyReport(_Result[assessment_pb2.DutyReport], _Tables):
    """Who owes what by when, and how far it has come."""

    @classmethod
    def _from(cls, data: bytes) -> DutyReport:
        return cls(assessment_pb2.DutyReport.FromString(data))

    def to_csv(self) -> bytes:
        return self._as(native.CSV)

    def text(self) -> str:
        """A table for a terminal."""
        return self._as(native.TEXT).decode("utf-8")

    def duties(self) -> list[dict]:
        """One dict for each duty; ``lacking`` says in words what is missing."""
        return [
            {
                "subject": duty.subject.id,
                "name": duty.subject.name,
                "organization": duty.subject.organization,
                "quota": duty.quota,
                "title": _words(duty.title),
                "period": duty.period,
                "due_on": duty.due_on,
                "state": assessment_pb2.DutyState.Name(duty.state),
                "warning": duty.warning,
                "late": duty.late,
                "lacking": "；".join(
                    _words(need.lacking)
                    for need in duty.need
                    if _words(need.lacking)
                ),
            }
            for duty in self.message.duty
        ]

    def table(self, name: str = "") -> list[dict]:
        if name not in ("", "duties"):
            raise ValueError(f"no table {name!r}: duties")
        return self.duties()

    def _repr_html_(self) -> str:
        headings = ["对象", "任务", "周期", "期限", "状态", "尚缺"]
        rows = [
            [
                duty["name"] or duty["subject"],
                duty["title"] or duty["quota"],
                duty["period"],
                duty["due_on"],
                duty["state"],
                duty["lacking"],
            ]
            for duty in self.duties()
        ]
        return _html_table(headings, _limited(rows, len(headings)))

    def __repr__(self) -> str:
        count = len(self.message.duty)
        return f"<duban.DutyReport {self.message.as_of}: {count} duties>"


class Explanation(_Result[assessment_pb2.Explanation]):
    """Why a subject has the points and duties it has."""

    @classmethod
    def _from(cls, data: bytes) -> Explanation:
        return cls(assessment_pb2.Explanation.FromString(data))

    def text(self) -> str:
        """For people: formula, inputs, records and citation of every point."""
        return self._as(native.TEXT).decode("utf-8")

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text())}</pre>"

    def __repr__(self) -> str:
        subject = self.message.subject.id
        return f"<duban.Explanation {subject} {self.message.as_of}>"
