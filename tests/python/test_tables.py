"""Tables in and out through the Arrow PyCapsule protocol."""

import datetime
import decimal
import gc
import importlib.util
import unittest

import duban
from duban import v1


def has(*modules):
    return all(importlib.util.find_spec(module) for module in modules)


def changes():
    return [
        v1.Change(
            put_organization=v1.Organization(
                id="b1", name="第一党支部", kind="branch"
            )
        ),
        v1.Change(
            put_person=v1.Person(
                id="m1",
                name="王敏",
                organization="b1",
                identity_number="11010519491231002X",
                birth_date="1949-12-31",
            )
        ),
        v1.Change(
            record_activity=v1.Activity(
                id="a1",
                kind="lecture",
                date="2021-03-01",
                minutes=90,
                participants=["m1"],
                unannounced=False,
                beneficiaries=v1.Quantity(value="95.00", unit="%"),
                attributes=[v1.Attribute(name="room", value="201")],
            )
        ),
        v1.Change(
            record_activity=v1.Activity(
                id="a2", kind="visit", date="2021-04-01", participants=["m1"]
            )
        ),
        v1.Change(
            void_record=v1.VoidRecord(
                kind=v1.ACTIVITY, id="a2", reason="twice"
            )
        ),
    ]


def ledger_of(tables=()):
    """A ledger with the tables of another."""
    ledger = duban.Ledger.in_memory()
    for name, table in tables:
        ledger.import_table(name, table)
    return ledger


ORDER = ("organizations", "persons", "activities")


class Tables(unittest.TestCase):
    def setUp(self):
        self.ledger = duban.Ledger.in_memory()
        self.addCleanup(self.ledger.close)
        self.ledger.apply(changes())

    def everything(self, ledger):
        return {
            name: ledger.table(name, unmasked=True).to_arrow().to_pylist()
            for name in ORDER
        }


class WithoutOthers(Tables):
    """What needs no other package."""

    def test_a_ledgers_table_goes_into_another_ledger(self):
        again = ledger_of(
            (name, self.ledger.table(name, unmasked=True, dictionaries=True))
            for name in ORDER
        )
        self.assertEqual(again.head.sequence, 3)
        # The same once more adds nothing.
        again.import_table("活动", self.ledger.table("活动", chinese=True))
        self.assertEqual(again.head.sequence, 3)

    def test_capsules_that_nobody_takes_are_released(self):
        table = self.ledger.table("activities")
        self.ledger.close()
        for _ in range(1000):
            self.assertIn(
                "arrow_array_stream", repr(table.__arrow_c_stream__())
            )
        gc.collect()

    def test_unknown_tables(self):
        with self.assertRaises(duban.DubanError) as caught:
            self.ledger.table("activites").__arrow_c_stream__()
        self.assertEqual(caught.exception.reason, "UNKNOWN_TABLE")
        self.assertIn("activities", caught.exception.hint)
        with self.assertRaises(duban.DubanError) as caught:
            self.ledger.import_table("x", self.ledger.table("activities"))
        self.assertEqual(caught.exception.reason, "UNKNOWN_TABLE")
        with self.assertRaises(TypeError):
            self.ledger.import_table("activities", [{"id": "a"}])


@unittest.skipUnless(has("pyarrow"), "pyarrow is not installed")
class PyArrow(Tables):
    def test_types(self):
        import pyarrow as pa

        table = pa.table(self.ledger.table("activities"))
        table.validate(full=True)
        self.assertEqual(table.num_rows, 1)  # a2 was voided
        types = {field.name: field.type for field in table.schema}
        self.assertEqual(types["id"], pa.string())
        self.assertEqual(types["date"], pa.date32())
        self.assertEqual(types["minutes"], pa.int64())
        self.assertEqual(types["unannounced"], pa.bool_())
        self.assertEqual(types["beneficiaries.value"], pa.string())
        self.assertTrue(pa.types.is_list(types["participants"]))
        (row,) = table.to_pylist()
        self.assertEqual(row["date"], datetime.date(2021, 3, 1))
        self.assertEqual(row["participants"], ["m1"])
        self.assertEqual(row["beneficiaries.value"], "95.00")
        self.assertEqual(row["attributes"], [{"name": "room", "value": "201"}])
        self.assertIsNone(row["title"])
        self.assertEqual(table.schema.metadata[b"duban.table"], b"activities")
        field = table.schema.field("participants")
        self.assertEqual(field.metadata[b"duban.zh"], "参加人员".encode())
        self.assertEqual(field.metadata[b"duban.privacy"], b"personal")
        self.assertEqual(field.metadata[b"duban.refers_to"], b"persons")

    def test_options(self):
        import pyarrow as pa

        table = pa.table(
            self.ledger.table(
                "活动",
                chinese=True,
                dictionaries=True,
                decimals_as_numbers=True,
            )
        )
        table.validate(full=True)
        self.assertTrue(
            pa.types.is_dictionary(table.schema.field("类型").type)
        )
        (row,) = table.to_pylist()
        self.assertEqual(row["受益数值"], decimal.Decimal(95))
        self.assertEqual(row["受益精确程度"], "精确")

    def test_what_is_sensitive_is_masked(self):
        (row,) = self.ledger.table("persons").to_arrow().to_pylist()
        self.assertNotIn("0519491231", row["identity_number"])
        self.assertIsNone(row["birth_date"])
        self.assertEqual(row["name"], "王敏")
        (row,) = (
            self.ledger.table("persons", unmasked=True).to_arrow().to_pylist()
        )
        self.assertEqual(row["identity_number"], "11010519491231002X")

    def test_there_and_back(self):
        import pyarrow as pa

        for chinese in (False, True):
            again = ledger_of(
                (
                    name,
                    pa.table(
                        self.ledger.table(name, unmasked=True, chinese=chinese)
                    ),
                )
                for name in ORDER
            )
            self.assertEqual(self.everything(again), self.everything(self.ledger))

    def test_batches_views_and_large_types(self):
        import pyarrow as pa

        for text, items in (
            (pa.large_string(), pa.large_list(pa.large_string())),
            (pa.string_view(), pa.list_view(pa.string_view())),
            (
                pa.dictionary(pa.uint8(), pa.string()),
                pa.list_(pa.dictionary(pa.int16(), pa.large_string())),
            ),
        ):
            ledger = ledger_of(
                (n, self.ledger.table(n, unmasked=True))
                for n in ("organizations", "persons")
            )
            batch = pa.record_batch(
                {
                    "id": pa.array(["x", "a-long-id-of-an-activity", "z"], text)
                    if not pa.types.is_dictionary(text)
                    else pa.array(["x", "y", "z"]).dictionary_encode(),
                    "kind": pa.array(["lecture"] * 3),
                    "date": pa.array(
                        [datetime.datetime(2021, 5, 1)] * 3, pa.timestamp("us")
                    ),
                    "minutes": pa.array([None, 60, 90], pa.uint16()),
                    "participants": pa.array(
                        [["m1"], [], None],
                        items
                        if not pa.types.is_dictionary(text)
                        else pa.list_(pa.string()),
                    ),
                    "attributes": pa.array(
                        [[("room", "1")], [], None],
                        pa.map_(pa.string(), pa.string()),
                    ),
                }
            ).slice(1)

            class ArrayOnly:
                def __arrow_c_array__(self, requested_schema=None):
                    return batch.__arrow_c_array__()  # noqa: B023

            ledger.import_table("activities", ArrayOnly())
            rows = ledger.table("activities").to_arrow().to_pylist()
            self.assertEqual([row["minutes"] for row in rows], [60, 90])
            reader = pa.RecordBatchReader.from_batches(batch.schema, [batch])
            ledger.import_table("activities", reader)
            self.assertEqual(ledger.head.sequence, 4)

    def test_every_bad_row_is_named(self):
        import pyarrow as pa

        table = pa.table(
            {
                "id": ["p1", "p2", "p2"],
                "姓名": ["甲", None, "丙"],
                "organization": ["b1", "b1", "b9"],
            }
        )
        with self.assertRaises(duban.Refused) as caught:
            self.ledger.import_table("persons", table)
        found = [(f.reason, f.row, f.field) for f in caught.exception.errors]
        self.assertEqual(
            found, [("FIELD_REQUIRED", 2, "姓名"), ("DUPLICATE_ID", 3, "id")]
        )
        self.assertEqual(caught.exception.file, "persons")
        kept = self.ledger.import_table("persons", table, keep_good=True)
        self.assertTrue(kept.applied)
        self.assertEqual(self.ledger.table("persons").to_arrow().num_rows, 2)

    def test_a_stream_that_fails_writes_nothing(self):
        import pyarrow as pa

        batch = pa.record_batch(
            {"id": ["o1"], "name": ["一"], "kind": ["branch"]}
        )

        def batches():
            yield batch
            raise ValueError("the cable was pulled")

        reader = pa.RecordBatchReader.from_batches(batch.schema, batches())
        head = self.ledger.head
        with self.assertRaises(duban.DubanError) as caught:
            self.ledger.import_table("organizations", reader, keep_good=True)
        self.assertEqual(caught.exception.reason, "ARROW_STREAM_FAILED")
        self.assertEqual(self.ledger.head, head)

    def test_zones_and_floats_are_told_apart(self):
        import pyarrow as pa

        table = pa.table(
            {
                "id": ["x"],
                "kind": ["visit"],
                "date": pa.array(
                    [datetime.datetime(2021, 5, 1)], pa.timestamp("us", "UTC")
                ),
            }
        )
        with self.assertRaises(duban.Refused) as caught:
            self.ledger.import_table("activities", table)
        self.assertEqual(caught.exception.reason, "ARROW_TYPE")
        self.assertEqual(caught.exception.field, "date")


@unittest.skipUnless(has("pandas", "pyarrow"), "pandas is not installed")
class Pandas(Tables):
    def test_there_and_back(self):
        again = ledger_of(
            (name, self.ledger.table(name, unmasked=True).to_pandas())
            for name in ORDER
        )
        self.assertEqual(self.everything(again), self.everything(self.ledger))

    def test_whole_numbers_with_gaps_and_midnights(self):
        import pandas as pd

        frame = pd.DataFrame(
            {
                "id": ["x", "y", "z"],
                "kind": "lecture",
                "date": pd.to_datetime(["2021-05-01"] * 3),
                "minutes": [90, None, 60],
            }
        )
        frame = frame[frame["id"] != "y"]  # leaves an index with a gap
        self.ledger.import_table("activities", frame)
        rows = self.ledger.table("activities").to_pandas()
        self.assertEqual(list(rows["minutes"]), [90, 90, 60])
        frame["date"] += pd.Timedelta(hours=8)
        with self.assertRaises(duban.Refused) as caught:
            self.ledger.import_table("activities", frame)
        self.assertEqual(caught.exception.reason, "BAD_DATE")
        self.assertEqual(len(caught.exception.errors), 2)


@unittest.skipUnless(has("polars"), "polars is not installed")
class Polars(Tables):
    def test_there_and_back(self):
        import polars as pl

        for dictionaries in (False, True):
            again = ledger_of(
                (
                    name,
                    pl.DataFrame(
                        self.ledger.table(
                            name, unmasked=True, dictionaries=dictionaries
                        )
                    ),
                )
                for name in ORDER
            )
            frame = again.table("activities").to_polars()
            self.assertEqual(frame.height, 1)
            self.assertEqual(frame["participants"][0].to_list(), ["m1"])
            self.assertTrue(
                frame.equals(self.ledger.table("activities").to_polars())
            )


@unittest.skipUnless(has("duckdb", "pyarrow"), "duckdb is not installed")
class DuckDB(Tables):
    def test_query(self):
        import duckdb

        activities = self.ledger.table("activities").to_arrow()  # noqa: F841
        rows = duckdb.sql(
            "select kind, sum(minutes) from activities group by kind"
        ).fetchall()
        self.assertEqual(rows, [("lecture", 90)])
        made = duckdb.sql(
            "select 'd1' as id, 'visit' as kind, date '2021-06-01' as date, "
            "['m1'] as participants"
        )
        self.ledger.import_table("activities", made)
        self.assertEqual(self.ledger.table("activities").to_arrow().num_rows, 2)


if __name__ == "__main__":
    unittest.main()
