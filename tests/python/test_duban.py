"""The Python package, as installed from its wheel."""

import datetime
import importlib.util
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile
import threading
import unittest
from decimal import Decimal

import duban
from duban import v1

ROOT = pathlib.Path(os.environ["DUBAN_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["DUBAN_BUILD_DIR"])
CASE = ROOT / "examples" / "suzhou-city-university"

PACK = """
format_version: 1
id: "lectures"
version: "2021.1"
title { zh: "党课" en: "Lectures" }
issuer { zh: "学校" }
issued_on: "2021-01-01"
term { from: "2021-01-01" until: "2021-12-31" }
code_list {
  id: "organization-kind"
  title { zh: "组织类型" }
  code { id: "branch" title { zh: "党支部" en: "Branch" } }
}
code_list {
  id: "activity-kind"
  title { zh: "活动类型" }
  code { id: "lecture" title { zh: "党课" en: "Lecture" } }
}
quota {
  id: "lecture"
  title { zh: "党课" en: "Lecture" }
  subject: EACH_PERSON
  every: YEAR
  need {
    id: "one"
    tally { from: ACTIVITIES where: "activity.kind == 'lecture'" count {} }
    at_least: "1"
  }
}
scheme {
  id: "member"
  title { zh: "党员<评价>" en: "Members" }
  subject: EACH_PERSON
  every: YEAR
  metric {
    id: "lectures"
    title { zh: "党课次数" en: "Lectures" }
    tally { from: ACTIVITIES where: "activity.kind == 'lecture'" count {} }
  }
  criterion {
    id: "lectures"
    title { zh: "授课" en: "Lectures" }
    max: "20"
    points: "lectures * 10"
  }
}
"""


def batch():
    return [
        v1.Change(
            key="k1",
            put_organization=v1.Organization(
                id="b1", name="第一党支部", kind="branch"
            ),
        ),
        v1.Change(
            key="k2",
            put_person=v1.Person(id="m1", name="王敏", organization="b1"),
        ),
        v1.Change(
            key="k3",
            put_person=v1.Person(id="m2", name="李强", organization="b1"),
        ),
        v1.Change(
            key="k4",
            record_activity=v1.Activity(
                id="a1", kind="lecture", date="2021-03-01", participants=["m1"]
            ),
        ),
    ]


def bad_batch():
    return v1.Batch(
        changes=[
            v1.Change(
                put_person=v1.Person(id="m9", name="赵磊", organization="b8")
            )
        ]
    )


def has(module):
    return importlib.util.find_spec(module) is not None


class Campaign(unittest.TestCase):
    def setUp(self):
        self.pack = duban.Pack.parse({"pack.textproto": PACK})
        self.ledger = duban.Ledger.in_memory()
        self.addCleanup(self.ledger.close)
        self.ledger.adopt(self.pack)
        self.receipt = self.ledger.apply(batch())


class PackTest(unittest.TestCase):
    def test_comes_back_from_its_bytes_as_the_same(self):
        pack = duban.Pack.parse([("pack.textproto", PACK)])
        again = duban.Pack.from_bytes(pack.to_bytes())
        self.assertEqual(again.digest, pack.digest)
        self.assertEqual(again.message, pack.message)
        self.assertEqual((pack.id, pack.version), ("lectures", "2021.1"))
        self.assertIn(pack.digest[:12], repr(pack))

    def test_error_has_reason_place_and_both_languages(self):
        with self.assertRaises(duban.DubanError) as caught:
            duban.Pack.parse({"p.textproto": PACK + "\nscheme { idd: 1 }\n"})
        error = caught.exception
        self.assertEqual(error.code, 3)
        self.assertEqual(error.status, "INVALID_ARGUMENT")
        self.assertTrue(error.reason)
        self.assertEqual(error.file, "p.textproto")
        self.assertGreater(error.line, 1)
        self.assertTrue(error.message_zh)
        self.assertTrue(error.message_en)
        self.assertIn(error.reason, str(error))
        self.assertIn(error.reason, [fault.reason for fault in error.errors])

    def test_error_survives_pickling(self):
        with self.assertRaises(duban.DubanError) as caught:
            duban.Pack.load("/nowhere/at/all")
        again = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual(again.reason, caught.exception.reason)
        self.assertEqual(again.errors, caught.exception.errors)

    def test_check_lists_faults_without_raising(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "p.textproto")
            path.write_text(PACK, "utf-8")
            good = duban.Pack.check(path)
            self.assertFalse([e for e in good.errors if e.severity == 0])
            path.write_text("format_version: 1", "utf-8")
            self.assertTrue(duban.Pack.check(path).errors)

    def test_runs_its_tests(self):
        self.assertEqual(duban.Pack.parse({"p.textproto": PACK}).test(), 0)
        pack = duban.Pack.parse(
            {
                "p.textproto": PACK
                + 'test { id: "t" as_of: "2021-12-31" expect {'
                + ' scheme: "member" subject: "m1" total: "1" } }'
            }
        )
        with self.assertRaises(duban.DubanError) as caught:
            pack.test()
        self.assertEqual(caught.exception.reason, "PACK_TEST_FAILED")
        self.assertEqual(caught.exception.field, "test[0]")


class LedgerTest(Campaign):
    def test_receipt_has_a_sequence_for_each_change(self):
        self.assertTrue(self.receipt.applied)
        sequences = [change.sequence for change in self.receipt.changes]
        self.assertEqual(sequences, [2, 3, 4, 5])
        self.assertEqual(self.ledger.head, self.receipt.head)

    def test_a_key_that_was_seen_writes_nothing(self):
        again = self.ledger.apply(v1.Batch(changes=batch()))
        self.assertTrue(all(change.repeated for change in again.changes))
        self.assertEqual(again.head, self.receipt.head)

    def test_a_refused_batch_raises_with_its_receipt(self):
        with self.assertRaises(duban.Refused) as caught:
            self.ledger.apply(bad_batch())
        refused = caught.exception
        self.assertEqual(refused.status, "FAILED_PRECONDITION")
        self.assertEqual(refused.change, 1)
        self.assertFalse(refused.receipt.applied)
        self.assertEqual(
            [fault.reason for fault in refused.receipt.faults.errors],
            [fault.reason for fault in refused.errors],
        )
        self.assertEqual(self.ledger.head, self.receipt.head)

    def test_keep_good_and_dry_run(self):
        kept = self.ledger.apply(bad_batch(), keep_good=True)
        self.assertEqual(len(kept.faults.errors), 1)
        tried = self.ledger.apply(
            [
                v1.Change(
                    put_organization=v1.Organization(
                        id="b2", name="二", kind="branch"
                    )
                )
            ],
            dry_run=True,
        )
        self.assertFalse(tried.applied)
        self.assertEqual(self.ledger.head, self.receipt.head)

    def test_closed_is_a_value_error_and_views_stay(self):
        view = self.ledger.view()
        self.ledger.close()
        self.ledger.close()
        with self.assertRaises(ValueError):
            self.ledger.view()
        with self.assertRaises(ValueError):
            self.ledger.apply([])
        self.assertEqual(view.head.sequence, 5)
        self.assertTrue(view.assess(self.pack, "2021-12-31").scorecards())

    def test_file_is_verified_against_a_head(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "台账.duban")
            with duban.Ledger.open(path) as ledger:
                ledger.adopt(self.pack)
                head = ledger.head
                ledger.checkpoint()
            with duban.Ledger.open(path) as ledger:
                self.assertEqual(ledger.head, head)
                ledger.checkpoint(drop=True)
            report = duban.verify(path, head.digest)
            self.assertEqual(report.head, head)
            self.assertEqual(report.entries, 1)
            for wrong in ("a" * 64, ""):
                with self.assertRaises(duban.DubanError):
                    duban.verify(path, wrong)
            with duban.Ledger.open(path, read_only=True) as ledger:
                with self.assertRaises(duban.DubanError) as caught:
                    ledger.apply(batch())
                self.assertEqual(caught.exception.reason, "JOURNAL_READ_ONLY")
            with self.assertRaises(duban.DubanError):
                duban.Ledger.open(path.with_name("none"), must_exist=True)

    def test_import_names_file_and_row(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "persons.csv").write_text(
                "人员编号,姓名,所在组织\nm7,王敏,b7\n", "utf-8"
            )
            with self.assertRaises(duban.Refused) as caught:
                self.ledger.import_folder(folder)
        self.assertTrue(caught.exception.file.endswith("persons.csv"))
        self.assertEqual(caught.exception.row, 1)

    def test_threads_share_a_ledger(self):
        def write(thread):
            for i in range(20):
                self.ledger.apply(
                    [
                        v1.Change(
                            record_activity=v1.Activity(
                                id=f"t{thread}-{i}",
                                kind="lecture",
                                date="2021-05-01",
                                participants=["m2"],
                            )
                        )
                    ]
                )
                self.ledger.assess(self.pack, "2021-12-31")

        threads = [threading.Thread(target=write, args=(t,)) for t in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.ledger.head.sequence, 5 + 80)


class QueryTest(Campaign):
    def test_records_come_as_messages_page_by_page(self):
        for page_size in (0, 1):
            people = self.ledger.query(
                "PERSON",
                "person.id != ''",
                order_by="name",
                descending=True,
                page_size=page_size,
            )
            self.assertEqual(
                sorted(person.id for person in people), ["m1", "m2"]
            )

    def test_a_page_knows_how_many_there_are(self):
        query = v1.Query(kind=v1.PERSON, page_size=1)
        view = self.ledger.view()
        page = view.ask(query)
        self.assertEqual((page.total, len(page.record)), (2, 1))
        self.ledger.apply(
            [v1.Change(put_person=v1.Person(
                id="m9", name="新人", organization="b1"))]
        )
        query.page_token = page.next_page_token
        self.assertEqual(view.ask(query).record[0].person.id, "m2")
        with self.assertRaises(duban.DubanError) as caught:
            self.ledger.view().ask(query)
        self.assertEqual(caught.exception.reason, "PAGE_OUT_OF_DATE")

    def test_a_wrong_query_raises_at_once(self):
        with self.assertRaises(duban.DubanError) as caught:
            self.ledger.query("PERSON", "person.nam == ''")
        self.assertEqual(caught.exception.reason, "UNKNOWN_FIELD")

    def test_an_exported_folder_gives_the_same_digest(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder, "out")
            self.ledger.export_folder(out, chinese=True, unmasked=True)
            with duban.Ledger.in_memory() as copy:
                copy.import_folder(out)
                self.assertEqual(
                    copy.view().digest, self.ledger.view().digest
                )

    def test_a_ledger_as_it_was(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "l.duban")
            with duban.Ledger.open(path) as ledger:
                ledger.adopt(self.pack)
                ledger.apply(batch())
            with duban.Ledger.open(path, until_sequence=1) as then:
                self.assertEqual(then.head.sequence, 1)
                self.assertFalse(list(then.query("PERSON")))


class ResultTest(Campaign):
    def setUp(self):
        super().setUp()
        self.assessment = self.ledger.assess(self.pack, "2021-12-31")

    def test_scores_are_decimals(self):
        first, second = self.assessment.scorecards()
        self.assertEqual(first["subject"], "m1")
        self.assertEqual(first["name"], "王敏")
        self.assertEqual(first["kind"], "EACH_PERSON")
        self.assertEqual(str(first["total"]), "10.00")
        self.assertIsInstance(first["total"], Decimal)
        self.assertEqual(first["points"], {"lectures": Decimal(10)})
        self.assertEqual(second["total"], 0)
        self.assertEqual(self.assessment.scorecards("nothing"), [])

    def test_tables(self):
        (row, _) = self.assessment.criteria()
        self.assertEqual(row["title"], "授课")
        self.assertEqual(row["max"], Decimal(20))
        self.assertEqual(self.assessment.figures(), [])
        with self.assertRaises(ValueError):
            self.assessment.table("nothing")

    def test_day_is_a_date_or_its_text_but_no_time(self):
        day = datetime.date(2021, 12, 31)
        self.assertEqual(
            self.ledger.assess(self.pack, day).to_bytes(),
            self.assessment.to_bytes(),
        )
        with self.assertRaises(TypeError):
            self.ledger.assess(self.pack, datetime.datetime(2021, 12, 31))
        with self.assertRaises(duban.DubanError) as caught:
            self.ledger.assess(self.pack, "2021-02-29")
        self.assertEqual(caught.exception.reason, "BAD_DATE")

    def test_one_scheme(self):
        one = self.ledger.assess(self.pack, "2021-12-31", "member")
        self.assertEqual(one.certificate.scheme, "member")
        with self.assertRaises(duban.DubanError) as caught:
            self.ledger.assess(self.pack, "2021-12-31", "nothing")
        self.assertEqual(caught.exception.reason, "UNKNOWN_SCHEME")

    def test_duties(self):
        report = self.ledger.duties(self.pack, "2022-01-10")
        states = {d["subject"]: d["state"] for d in report.duties()}
        self.assertEqual(states, {"m1": "MET", "m2": "MISSED"})
        self.assertIn("m1", report.to_csv().decode())
        self.assertIn("王敏", report.text())
        only = self.ledger.duties(self.pack, "2022-01-10", "m2")
        self.assertEqual([d["subject"] for d in only.duties()], ["m2"])

    def test_reminders_and_days(self):
        report = self.ledger.reminders(self.pack, "2021-12-30")
        self.assertEqual(report.as_of, "2021-12-30")
        days = self.pack.days("2021-10-01", "2021-10-03")
        self.assertEqual(
            [day.day for day in days.day],
            ["2021-10-01", "2021-10-02", "2021-10-03"],
        )
        self.assertFalse(self.pack.moved_days(self.pack).moved)

    def test_explanation(self):
        why = self.ledger.explain(self.pack, "2021-12-31", "m1")
        self.assertEqual(why.message.subject.id, "m1")
        self.assertIn("a1", why.text())
        self.assertIn(b'"a1"', why.to_json())
        with self.assertRaises(duban.DubanError) as caught:
            self.ledger.explain(self.pack, "2021-12-31", "nobody")
        self.assertEqual(caught.exception.status, "NOT_FOUND")

    def test_html_is_escaped(self):
        shown = self.assessment._repr_html_()
        self.assertIn("党员&lt;评价&gt;", shown)
        self.assertIn("王敏", shown)
        duties = self.ledger.duties(self.pack, "2022-01-10")
        self.assertIn("MISSED", duties._repr_html_())
        why = self.ledger.explain(self.pack, "2021-12-31", "m1")
        self.assertTrue(why._repr_html_().startswith("<pre>"))

    @unittest.skipUnless(has("pandas"), "pandas is not installed")
    def test_pandas(self):
        frame = self.assessment.to_pandas()
        self.assertEqual(list(frame["subject"]), ["m1", "m2"])
        self.assertEqual(frame["total"][0], Decimal("10.00"))
        self.assertEqual(len(self.assessment.to_pandas("criteria")), 2)
        duties = self.ledger.duties(self.pack, "2022-01-10").to_pandas()
        self.assertEqual(sorted(duties["state"]), ["MET", "MISSED"])

    @unittest.skipUnless(has("polars"), "polars is not installed")
    def test_polars(self):
        frame = self.assessment.to_polars()
        self.assertEqual(frame["subject"].to_list(), ["m1", "m2"])
        self.assertEqual(frame["total"].to_list()[0], Decimal("10.00"))
        self.assertEqual(self.assessment.to_polars("figures").height, 0)

    @unittest.skipIf(has("pandas"), "pandas is installed")
    def test_pandas_is_asked_for_only_when_needed(self):
        with self.assertRaises(ImportError):
            self.assessment.to_pandas()


class ExampleTest(unittest.TestCase):
    """The example campaign; the same bytes in every language."""

    def bytes_of(self, command, folder):
        out = pathlib.Path(folder, "out.json")
        subprocess.run(
            [
                *command,
                CASE / "pack",
                CASE / "small",
                pathlib.Path(folder, "l.duban"),
                "2021-12-31",
                out,
            ],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        return out.read_bytes()

    def test_c_cpp_python_and_the_command_agree(self):
        with tempfile.TemporaryDirectory() as folder:
            demo = ROOT / "examples" / "programs" / "demo.py"
            expected = self.bytes_of([sys.executable, demo], folder)
            self.assertIn(b"certificate", expected)
            found = 0
            for name in ("demo_c", "demo_cc"):
                for place in (BUILD, BUILD / "examples" / "programs"):
                    if (place / name).exists():
                        found += 1
                        self.assertEqual(
                            self.bytes_of([place / name], folder), expected
                        )
            self.assertEqual(found, 2, "demo_c and demo_cc must be built")
            command = BUILD / "duban"
            if command.exists():
                done = subprocess.run(
                    [
                        command,
                        "assess",
                        pathlib.Path(folder, "l.duban"),
                        "--pack",
                        CASE / "pack",
                        "--as-of",
                        "2021-12-31",
                        "--format",
                        "json",
                    ],
                    check=True,
                    stdout=subprocess.PIPE,
                )
                self.assertEqual(done.stdout, expected)


if __name__ == "__main__":
    unittest.main()
