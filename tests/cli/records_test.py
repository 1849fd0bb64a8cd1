"""duban list, show: what is in a ledger, and what is never shown."""

import csv
import os

import program
import tables

# The example number of GB 11643-1999, and a day of birth to go with it.
IDENTITY = "11010519491231002X"
BIRTH = "1949-12-31"


class List(program.CommandTest):

    def setUp(self):
        super().setUp()
        self.ledger = program.ledger_of(program.SMALL)

    def ids(self, table, *more):
        text = self.done("list", self.ledger, table, "--format", "csv", *more)
        return [row["id"] for row in csv.DictReader(text.splitlines())]

    def test_all_of_each_table(self):
        year = program.generated()
        self.ledger = program.ledger_of(year)
        for table in tables.names(year):
            headings, rows = tables.read(year, table)
            at = headings.index("id")
            self.assertEqual(sorted(self.ids(table)),
                             sorted(row[at] for row in rows))

    def test_where(self):
        for table, where, expected in (
                ("activities", "activity.minutes >= 480",
                 ["a02", "a16", "a18"]),
                ("activities", "activity.kind == 'party-lecture' && "
                 "'m4' in activity.participants", ["a13"]),
                ("activities", "activity.date < date('2021-04-01')",
                 ["a01", "a13"]),
                ("persons", "'teacher' in person.kinds", ["m1", "m2", "m5"]),
                ("organizations", "organization.parent == ''", ["szcu"]),
                ("ratings", "rating.level <= 2", ["rt13"]),
                ("pairings", "pairing.kind == 'co-building'",
                 ["co1", "co2"]),
                ("matters", "false", [])):
            with self.subTest(where):
                self.assertEqual(self.ids(table, "--where", where), expected)

    def test_where_by_chinese_names(self):
        self.assertEqual(
            self.ids("activities", "--where", "活动.类型 == 'party-lecture'"),
            self.ids("activities", "--where",
                     "activity.kind == 'party-lecture'"))

    def test_state_is_that_of_the_day_asked_for(self):
        where = ("--where", "matter.overdue && !matter.closed")
        self.assertEqual(
            self.ids("matters", *where, "--as-of", "2021-11-20"), [])
        self.assertEqual(
            self.ids("matters", *where, "--as-of", "2021-11-21"), ["p3"])
        self.assertEqual(
            self.ids("matters", *where, "--as-of", "2021-12-11"),
            ["p3", "p4"])

    def test_limit_is_of_printed_tables_and_says_so(self):
        text = self.done("list", self.ledger, "activities", "--limit", "5")
        self.assertIn("32 条 records，显示前 shown 5", text)
        self.assertIn("a05", text)
        self.assertNotIn("a06", text)
        self.assertEqual(len(self.ids("activities", "--limit", "5")), 32)

    def test_output_file_has_what_the_terminal_has(self):
        path = self.path("out.json")
        self.assertEqual(self.done("list", self.ledger, "matters", "--json",
                                   "-o", path), "")
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), self.done(
                "list", self.ledger, "matters", "--format", "json"))

    def test_unknown_table_with_what_was_meant(self):
        found, = self.fails(2, "list", self.ledger, "activites")
        self.assertEqual(found.reason, "UNKNOWN_TABLE")
        self.assertIn("did you mean 'activities'?", found.hint)
        self.assertEqual(self.ids("活动"), self.ids("activities"))

    def test_fault_in_where_is_pointed_at(self):
        for where, column, reason, meant in (
                ("person.kind == 'x'", 8, "UNKNOWN_FIELD", "kinds"),
                ("persn.id == 'm1'", 1, "UNKNOWN_NAME", "person"),
                ("person.id", 1, "WRONG_RESULT_TYPE", ""),
                ("person.name + 1 == ''", 13, "NO_OVERLOAD", ""),
                ("person.name == '张", 16, "SYNTAX", "")):
            with self.subTest(where):
                ran = program.run("list", self.ledger, "persons", "--where",
                                  where)
                self.assertEqual((ran.code, ran.out), (1, ""))
                found, = program.faults(ran.err)
                self.assertEqual((found.file, found.line, found.column,
                                  found.reason),
                                 ("--where", 1, column, reason))
                self.assertIn(meant, found.hint)
                shown, carets = ran.err.split("\n")[:2]
                self.assertEqual(shown, where)
                self.assertEqual(carets.index("^"), column - 1)

    def test_a_condition_that_fails_on_a_record(self):
        found, = self.fails(1, "list", self.ledger, "activities", "--where",
                            "1 / (activity.minutes - 480) > 0")
        self.assertEqual(found.reason, "DIVISION_BY_ZERO")


class Show(program.CommandTest):

    def setUp(self):
        super().setUp()
        self.ledger = program.ledger_of(program.SMALL)

    def test_one_record(self):
        record = self.json("show", self.ledger, "a07", "--json")
        self.assertEqual(
            {name: record[name] for name in
             ("id", "kind", "date", "minutes", "participants")},
            {"id": "a07", "kind": "volunteer-service", "date": "2021-05-22",
             "minutes": "420", "participants": ["m2", "m3"]})
        self.assertIn("activities 活动\n", self.done("show", self.ledger,
                                                     "a07"))

    def test_of_one_table_only(self):
        record = self.json("show", self.ledger, "m1", "--table", "persons",
                           "--json")
        self.assertEqual(record["name"], "王敏")
        found, = self.fails(1, "show", self.ledger, "m1", "--table",
                            "matters")
        self.assertEqual(found.reason, "RECORD_NOT_FOUND")

    def test_table_that_there_is_not(self):
        found, = self.fails(2, "show", self.ledger, "m1", "--table", "person")
        self.assertEqual(found.reason, "UNKNOWN_TABLE")

    def test_id_that_there_is_not(self):
        found, = self.fails(1, "show", self.ledger, "m99")
        self.assertEqual(found.reason, "RECORD_NOT_FOUND")
        self.assertIn("m99", found.text)


class Private(program.CommandTest):
    """What is sensitive in the sense of PIPL, art. 28, leaves the library in
    no form."""

    PARTNER = "某某某家庭"
    RATER = "rater-4711"
    NOTE = "家中困难"

    def setUp(self):
        super().setUp()
        self.tables = self.copy_of(program.SMALL)
        self.write_persons(IDENTITY, BIRTH)
        self.write("tables/pairings.csv",
                   "id,kind,person,organization,partner_name,since,until,"
                   "note\n" + "".join(
                       f"{id},{kind},{person},,{self.PARTNER},2021-09-10,,"
                       f"{self.NOTE}\n" for id, kind, person in (
                           ("d1", "dormitory", "m1"),
                           ("d2", "dormitory", "m2"),
                           ("d3", "dormitory", "m3"),
                           ("d4", "dormitory", "m5"),
                           ("h1", "helped-student", "m1"),
                           ("h2", "helped-student", "m5"),
                           ("fct1", "first-class-teacher", "m1"))))
        headings, rows = tables.read(self.tables, "ratings")
        for i, row in enumerate(rows):
            row[headings.index("评价人")] = f"{self.RATER}-{i}"
        tables.write(self.tables, "ratings", headings, rows)

    def write_persons(self, identity, birth):
        headings, rows = tables.read(program.SMALL, "persons")
        rows = [row + (["", ""] if row[0] != "m1" else [identity, birth])
                for row in rows]
        tables.write(self.tables, "persons",
                     headings + ["identity_number", "birth_date"], rows)

    def everything(self, ledger):
        """Every command that reads the ledger, in every format."""
        on = ("--pack", program.PACK, "--as-of", program.AFTER)
        for table in tables.names(self.tables):
            for form in ("table", "csv", "json"):
                yield ("list", ledger, table, "--format", form)
        yield ("list", ledger, "persons", "--where", "person.id == 'm1'",
               "--json")
        for record in ("m1", "d1", "h1", "rt01"):
            yield ("show", ledger, record)
            yield ("show", ledger, record, "--json")
        for form in ("table", "csv", "json"):
            yield ("duties", ledger, *on, "--format", form)
            yield ("assess", ledger, *on, "--format", form)
        for subject in ("m1", "m5", "h1", "branch-1"):
            for form in ("table", "json"):
                yield ("explain", ledger, subject, *on, "--format", form)

    def test_in_no_output_of_any_command(self):
        ledger = self.path("a.duban")
        ran = program.run("import", ledger, self.tables, "--pack",
                          program.PACK, "--json")
        self.assertEqual(ran.code, 0, ran.err)
        texts = {("import",): ran.out}
        for arguments in self.everything(ledger):
            texts[arguments] = self.done(*arguments)
        for arguments, text in texts.items():
            for secret in (IDENTITY, IDENTITY[6:14], BIRTH, self.PARTNER,
                           self.RATER, self.NOTE):
                # Numbers of digests may hold any digits.
                if secret != IDENTITY[6:14] or arguments[0] == "show":
                    self.assertNotIn(secret, text, arguments)

    def test_but_it_is_there_in_its_mask(self):
        ledger = self.path("a.duban")
        self.imports(ledger, self.tables)
        for form in (["list", ledger, "persons"],
                     ["list", ledger, "persons", "--format", "csv"],
                     ["list", ledger, "persons", "--json"],
                     ["show", ledger, "m1", "--json"]):
            self.assertIn("110105********002X", self.done(*form))

    def test_not_when_it_is_wrong_either(self):
        for identity, birth in (
                (IDENTITY[:-1] + "1", BIRTH),  # the check character
                (IDENTITY[:-1], BIRTH), (IDENTITY + "0", BIRTH),
                (IDENTITY[:-1] + "x", BIRTH),
                (" " + IDENTITY[:9] + " " + IDENTITY[9:], BIRTH),
                (IDENTITY, "1949-12-32"), (IDENTITY, "1949.12.31")):
            self.write_persons(identity, birth)
            ran = program.run("import", self.path("b.duban"), self.tables,
                              "--pack", program.PACK)
            self.assertEqual(ran.code, 1, (identity, birth))
            self.assertIn("persons.csv", ran.err)
            for secret in (identity, identity[6:14], birth,
                           birth.replace(".", "-")):
                self.assertNotIn(secret, ran.err + ran.out)

    def test_not_by_asking_whether(self):
        # A filter that answers yes or no gives it away, digit by digit.
        ledger = self.path("a.duban")
        self.imports(ledger, self.tables)
        for where in (f"person.identity_number == '{IDENTITY}'",
                      f"person.birth_date == date('{BIRTH}')",
                      f"person.身份证号 == '{IDENTITY}'"):
            with self.subTest(where):
                found = self.fails(1, "list", ledger, "persons", "--where",
                                   where)
                self.assertEqual([f.reason for f in found],
                                 ["UNKNOWN_FIELD"])


class Bytes(program.CommandTest):

    def test_arguments_that_are_not_utf8(self):
        bad = os.fsdecode(b"'\xff\xfe'")
        ledger = program.ledger_of(program.SMALL)
        for arguments in (("eval", bad), ("show", ledger, bad),
                          ("list", ledger, bad),
                          ("list", ledger, "persons", "--where", bad)):
            with self.subTest(arguments[0]):
                # run() itself demands UTF-8 of what is printed.
                self.assertIn(program.run(*arguments).code, (1, 2))
