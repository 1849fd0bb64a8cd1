"""duban import: every bad row is listed, none of them gets in."""

import collections
import csv
import json
import os
import random

import program
import tables
from tables import read

Bad = collections.namedtuple("Bad", "heading reason")


class Spoiler:
    """Spoils rows of a copy of the tables, and keeps account of it."""

    def __init__(self, folder, seed):
        self.folder = folder
        self.chance = random.Random(seed)
        self.tables = {}
        self.bad = {}  # (table, row counted from 1): Bad
        # Those whose ids bad rows took: right, and to be left so.
        self.robbed = set()

    def table(self, name):
        if name not in self.tables:
            self.tables[name] = read(self.folder, name)
        return self.tables[name]

    def row(self, name, wanted=lambda row: True):
        """A row that nothing was done to, as a dictionary, and its number."""
        headings, rows = self.table(name)
        while True:
            at = self.chance.randrange(1, len(rows))
            if (name, at + 1) in self.bad or (name, at + 1) in self.robbed:
                continue
            row = dict(zip(headings, rows[at]))
            if wanted(row):
                return at, row

    def spoil(self, name, times, reason, blamed=None, wanted=lambda row: True,
              **cells):
        """Puts the cells into some rows. What is at fault is the column
        `blamed`, or else the only cell."""
        headings, rows = self.table(name)
        for column in cells:
            if column not in headings:
                headings.append(column)
                for row in rows:
                    row.append("")
        for _ in range(times):
            at, row = self.row(name, wanted)
            for column, cell in cells.items():
                rows[at][headings.index(column)] = cell
            self.bad[name, at + 1] = Bad(blamed or list(cells)[0], reason)

    def double(self, name, times):
        """Gives a row the id of one before it; the later one is at fault."""
        headings, rows = self.table(name)
        at_id = headings.index("id")
        for _ in range(times):
            one, _ = self.row(name)
            self.robbed.add((name, one + 1))
            first, later = sorted([one, self.row(name)[0]])
            self.robbed.remove((name, one + 1))
            rows[later][at_id] = rows[first][at_id]
            self.bad[name, later + 1] = Bad("id", "DUPLICATE_ID")
            self.robbed.add((name, first + 1))

    def write(self):
        for name, (headings, rows) in self.tables.items():
            tables.write(self.folder, name, headings, rows)


# Steps of a matter that is not there fall away with it, so those that come
# after a bad one are none of the test's business: no step is spoilt itself.
def spoil_37(folder, seed):
    """37 rows in five files, in ways of all kinds."""
    it = Spoiler(folder, seed)
    it.spoil("activities", 2, "BAD_DATE", date="2021-02-30")
    it.spoil("activities", 1, "BAD_DATE", date="2021/10/16")
    it.spoil("activities", 2, "UNKNOWN_CODE", kind="volunteer-servise")
    it.spoil("activities", 2, "REFERENCE_NOT_FOUND", participants="p001;p999")
    it.spoil("activities", 1, "REFERENCE_NOT_FOUND", organization="nowhere")
    it.spoil("activities", 2, "FIELD_REQUIRED", kind="")
    it.spoil("activities", 3, "MINUTES_OUT_OF_RANGE", minutes="2000")
    it.spoil("activities", 1, "BAD_NUMBER", minutes="九十")
    it.spoil("activities", 3, "UNANNOUNCED_NOT_ATTESTED", "attestations",
             unannounced="是", attestations="不发通知;不打招呼")
    it.spoil("activities", 1, "UNKNOWN_WORD", attestations="no_lunch")
    it.spoil("activities", 1, "PARTICIPANT_TWICE", participants="p001;p001")
    it.double("activities", 2)
    it.spoil("ratings", 3, "UNKNOWN_WORD", level="excellent")
    it.spoil("ratings", 1, "UNKNOWN_CODE", panel="parents")
    it.spoil("ratings", 1, "FIELD_REQUIRED", date="")
    it.spoil("ratings", 1, "RATED_NOT_ONE", "person", person="p001",
             organization="branch-01")
    it.double("ratings", 1)
    it.spoil("pairings", 1, "BAD_DATE", since="2021-13-01")
    it.spoil("pairings", 1, "UNKNOWN_CODE", kind="dormitary")
    it.spoil("pairings", 1, "WINDOW_REVERSED", until="2020-01-01")
    it.spoil("pairings", 1, "PAIRING_WITHOUT_HOLDER", "person", person="",
             organization="")
    it.spoil("matters", 2, "BAD_DECIMAL",
             wanted=lambda row: row["kind"] == "practical-matter",
             **{"beneficiaries.value": "12,5"})
    it.spoil("matters", 1, "DUE_BEFORE_LISTED",
             wanted=lambda row: row["kind"] == "practical-matter",
             due_on="2021-01-05")
    it.spoil("matters", 1, "UNKNOWN_WORD",
             wanted=lambda row: row["kind"] == "practical-matter",
             **{"beneficiaries.qualifier": "roughly"})
    it.spoil("persons", 1, "REFERENCE_NOT_FOUND", organization="branch-99",
             wanted=lambda row: row["id"] > "p275")
    it.write()
    return it.bad


class BadRows(program.CommandTest):

    def setUp(self):
        super().setUp()
        self.tables = self.copy_of(program.generated())
        self.bad = spoil_37(self.tables, seed=37)
        self.assertEqual(len(self.bad), 37)
        self.assertEqual(len({table for table, _ in self.bad}), 5)
        self.later = tables.dependents(self.tables, set(self.bad))
        # A ledger that is in use, so that there is a head to be kept.
        self.ledger = self.path("a.duban")
        people = self.path("people")
        for table in ("organizations", "persons"):
            os.makedirs(people, exist_ok=True)
            tables.write(people, table, *read(program.generated(), table))
        headings, rows = read(people, "persons")
        spoilt = {row for table, row in self.bad if table == "persons"}
        self.new = [row for number, row in enumerate(rows, 1)
                    if number in spoilt]
        tables.write(people, "persons", headings,
                     [row for row in rows if row not in self.new])
        self.before = self.imports(self.ledger, people)

    def refused(self, err):
        """What was said, by (table, row)."""
        found = collections.defaultdict(list)
        for fault in program.faults(err):
            name = os.path.basename(fault.file)
            self.assertTrue(name.endswith(".csv"), fault)
            found[name[:-len(".csv")], fault.row].append(fault)
        return found

    def check_listed(self, err):
        found = self.refused(err)
        # All of them, and nothing but what refers to them.
        self.assertEqual(set(self.bad) - set(found), set())
        self.assertEqual(set(found) - set(self.bad), self.later)
        for where, bad in self.bad.items():
            self.assertIn(bad, [Bad(f.field, f.reason) for f in found[where]],
                          where)
        for where in self.later:
            self.assertTrue(
                {f.reason for f in found[where]} <=
                {"REFERENCE_NOT_FOUND", "REFERENCE_REFUSED"}, found[where])

    def rows_of(self, table):
        found = self.json("list", self.ledger, table, "--format", "json")
        return {record["id"] for record in found}

    def test_lists_every_row_and_imports_nothing(self):
        ran = program.run("import", self.ledger, self.tables, "--pack",
                          program.PACK)
        self.assertEqual(ran.code, 1)
        self.check_listed(ran.err)
        said = program.written(ran.out)
        self.assertEqual((said.written, said.entries, said.head),
                         (0, self.before.entries, self.before.head))
        self.assertEqual(self.rows_of("activities"), set())
        self.assertIn("\n0 条 records",
                      self.done("list", self.ledger, "activities"))
        head = self.verified(self.ledger)["head"]
        self.assertEqual(head["digest"], self.before.head)

    def test_a_new_ledger_stays_empty(self):
        ledger = self.path("new.duban")
        self.fails(1, "import", ledger, self.tables, "--pack", program.PACK)
        if os.path.exists(ledger):  # without even the pack
            self.assertEqual(self.verified(ledger).get("entries", "0"), "0")

    def test_line_of_the_file_where_the_file_is_at_fault(self):
        ran = program.run("import", self.ledger, self.tables, "--pack",
                          program.PACK)
        for fault in program.faults(ran.err):
            if fault.line:  # no cell of these tables has a line break
                self.assertEqual(fault.line, fault.row + 1, fault)

    def test_as_json(self):
        ran = program.run("import", self.ledger, self.tables, "--pack",
                          program.PACK, "--json")
        self.assertEqual((ran.code, ran.err), (1, ""))
        plain = program.run("import", self.ledger, self.tables, "--pack",
                            program.PACK)
        found = [(fault["place"]["file"], int(fault["place"]["row"]),
                  fault["place"]["field"], fault["reason"])
                 for fault in json.loads(ran.out)["faults"]["errors"]]
        self.assertEqual(found, [(f.file, f.row, f.field, f.reason)
                                 for f in program.faults(plain.err)])

    def test_keep_good_imports_exactly_the_good_rows(self):
        ran = program.run("import", self.ledger, self.tables, "--pack",
                          program.PACK, "--keep-good")
        self.assertEqual(ran.code, 1)
        self.check_listed(ran.err)
        said = program.written(ran.out)
        refused = set(self.bad) | self.later
        known = len(read(self.tables, "organizations")[1])
        known += len(read(self.tables, "persons")[1]) - len(self.new)
        self.assertEqual(said.repeated, known + program.ADOPTION)
        self.assertEqual(said.written, tables.row_count(self.tables) -
                         known - len(refused))
        for table in tables.names(self.tables):
            headings, rows = read(self.tables, table)
            good = {row[headings.index("id")]
                    for number, row in enumerate(rows, 1)
                    if (table, number) not in refused}
            self.assertEqual(self.rows_of(table), good, table)

    def test_keep_good_again_writes_nothing(self):
        arguments = ("import", self.ledger, self.tables, "--pack",
                     program.PACK, "--keep-good")
        first = program.run(*arguments)
        again = program.run(*arguments)
        self.assertEqual(again.code, 1)
        self.assertEqual(again.err, first.err)
        one, two = program.written(first.out), program.written(again.out)
        self.assertEqual((two.written, two.repeated),
                         (0, one.written + one.repeated))
        self.assertEqual((two.entries, two.head), (one.entries, one.head))

    def test_mended_rows_complete_what_keep_good_left_out(self):
        program.run("import", self.ledger, self.tables, "--pack",
                    program.PACK, "--keep-good")
        said = self.imports(self.ledger, program.generated())
        # Those whose ids were doubled were never in the ledger, either.
        self.assertEqual(said.written, len(self.bad) + len(self.later))
        self.assertEqual(
            said.written + said.repeated,
            tables.row_count(program.generated()) + program.ADOPTION)
        other = program.ledger_of(program.generated())
        for table in tables.names(program.generated()):
            self.assertEqual(
                len(self.rows_of(table)),
                len(self.json("list", other, table, "--format", "json")))


class Import(program.CommandTest):

    def test_twice_writes_once(self):
        ledger = self.path("a.duban")
        first = self.imports(ledger, program.SMALL)
        again = self.imports(ledger, program.SMALL)
        self.assertEqual(first.written, tables.row_count(program.SMALL) +
                         program.ADOPTION)
        self.assertEqual((again.written, again.repeated),
                         (0, first.written))
        self.assertEqual(again.head, first.head)

    def test_dry_run_tells_all_and_writes_nothing(self):
        folder = self.copy_of(program.generated())
        bad = spoil_37(folder, seed=1)
        ledger = self.path("a.duban")
        found = self.fails(1, "import", ledger, folder, "--pack",
                           program.PACK, "--dry-run")
        self.assertGreaterEqual(len(found), len(bad))
        self.assertFalse(os.path.exists(ledger), "--dry-run made a ledger")

    def test_dry_run_leaves_a_ledger_as_it_is(self):
        ledger = self.path("a.duban")
        headings, rows = read(program.generated(), "organizations")
        os.mkdir(self.path("o"))
        tables.write(self.path("o"), "organizations", headings, rows)
        before = self.imports(ledger, self.path("o"))
        jintan = os.path.join(program.ROOT, "examples", "jintan-district")
        for folder, pack in ((program.generated(), program.PACK),
                             # A pack that the ledger does not know yet.
                             (os.path.join(jintan, "small"),
                              os.path.join(jintan, "pack"))):
            program.run("import", ledger, folder, "--pack", pack, "--dry-run")
            after = self.verified(ledger)["head"]
            self.assertEqual(after["digest"], before.head, pack)

    def test_folder_that_is_not_there_makes_no_ledger(self):
        ledger = self.path("a.duban")
        found = self.fails(1, "import", ledger, self.path("nowhere"),
                           "--pack", program.PACK)
        self.assertEqual([f.reason for f in found], ["FOLDER_NOT_FOUND"])
        self.assertFalse(os.path.exists(ledger))

    def four_faults(self):
        """Of a table with Chinese headings: a cell that cannot be read, then
        three that the ledger refuses."""
        folder = self.copy_of(program.SMALL)
        path = os.path.join(folder, "activities.csv")
        with open(path, encoding="utf-8") as file:
            table = file.read()
        table = table.replace("a01,party-lecture,2021-03-12",
                              "a01,party-lecture,2021-03-32")
        table = table.replace("a02,volunteer-service", "a02,volunteering")
        table = table.replace("2021-06-05,360,", "2021-06-05,2000,")
        table = table.replace("240,m1,branch-1,", "240,m1,branch-x,")
        self.write("tables/activities.csv", table)
        return self.fails(1, "import", self.path("a.duban"), folder,
                          "--pack", program.PACK)

    def test_fault_names_the_heading_as_the_file_has_it(self):
        self.assertEqual(
            {(f.file, f.row, f.field, f.reason) for f in self.four_faults()},
            {("activities.csv", 1, "日期", "BAD_DATE"),
             ("activities.csv", 2, "类型", "UNKNOWN_CODE"),
             ("activities.csv", 3, "时长（分钟）", "MINUTES_OUT_OF_RANGE"),
             ("activities.csv", 4, "组织单位", "REFERENCE_NOT_FOUND")})

    def test_faults_of_a_file_in_the_order_of_its_rows(self):
        self.assertEqual([f.row for f in self.four_faults()], [1, 2, 3, 4])

    def test_fault_quotes_the_cell_as_the_file_has_it(self):
        folder = self.path("t")
        self.write("t/organizations.csv",
                   "id,name,kind,since\no,学校,university,2021-02-30\n")
        found = self.fails(1, "import", self.path("a.duban"), folder,
                           "--pack", program.PACK)
        self.assertIn("2021-02-30", found[0].text)

    def test_unknown_table_and_column_with_what_was_meant(self):
        folder = self.path("t")
        self.write("t/organizations.csv", "id,nane,kind\no,学校,university\n")
        self.write("t/activites.csv", "id\n1\n")
        found = {fault.reason: fault for fault in self.fails(
            1, "import", self.path("a.duban"), folder, "--pack",
            program.PACK)}
        self.assertEqual(set(found), {"UNKNOWN_TABLE", "UNKNOWN_COLUMN",
                                      "COLUMN_REQUIRED"})
        self.assertIn("activities", found["UNKNOWN_TABLE"].hint)
        self.assertIn("'name'", found["UNKNOWN_COLUMN"].hint)

    def test_rows_in_any_order_where_they_refer_to_each_other(self):
        folder = self.copy_of(program.generated())
        for table in ("organizations", "matters"):
            headings, rows = read(folder, table)
            tables.write(folder, table, headings, rows[::-1])
        said = self.imports(self.path("a.duban"), folder)
        self.assertEqual(said.written,
                         tables.row_count(folder) + program.ADOPTION)


class Encodings(program.CommandTest):
    """The same records, however an office machine wrote them down."""

    # The words of enumerations, as src/table takes them in Chinese.
    WORDS = {
        "assign": "交办", "accept": "签收", "start": "开始办理",
        "report_progress": "反馈", "urge": "催办", "escalate": "督办单",
        "request_extension": "申请延期", "grant_extension": "同意延期",
        "suspend": "中止", "resume": "恢复", "request_closing": "申请办结",
        "verify": "复核通过", "return": "退回重办", "write_off": "销号",
        "reopen": "反弹重启", "resolved": "已解决",
        "stage_result": "阶段性成果", "long_term": "长期坚持",
        "unresolved": "未解决", "very_dissatisfied": "非常不满意",
        "dissatisfied": "不满意", "fair": "一般", "satisfied": "满意",
        "very_satisfied": "非常满意", "exact": "精确", "nearly": "近",
        "over": "余", "about": "约"}
    ENUMS = {"action", "outcome", "level", "beneficiaries.qualifier"}

    def chinese(self, encoding, mark=b""):
        folder = self.path(encoding)
        os.mkdir(folder)
        for table in tables.names(program.generated()):
            headings, rows = read(program.generated(), table)
            rows = [[self.WORDS[cell] if cell and heading in self.ENUMS
                     else cell for heading, cell in zip(headings, row)]
                    for row in rows]
            in_chinese = [tables.columns(table)[heading].zh
                          for heading in headings]
            name = os.path.join(folder, tables.zh(table) + ".csv")
            with open(name, "wb") as file:
                file.write(mark + tables.text(in_chinese, rows, "\r\n")
                           .encode(encoding))
        return folder

    def setUp(self):
        super().setUp()
        english = program.run("verify", program.ledger_of(
            program.generated()), "--json")
        self.english = json.loads(english.out)["head"]["digest"]

    def test_chinese_headings_and_words_in_gb18030(self):
        folder = self.chinese("gb18030")
        with open(os.path.join(folder, "活动.csv"), "rb") as file:
            first = file.readline()
        self.assertIn("参加人员".encode("gb18030"), first)
        self.assertRaises(UnicodeDecodeError, first.decode)
        # Equal heads: the same records in the same order, to the byte.
        said = self.imports(self.path("gb.duban"), folder)
        self.assertEqual(said.head, self.english)

    def test_with_a_byte_order_mark(self):
        folder = self.chinese("utf-8", b"\xef\xbb\xbf")
        said = self.imports(self.path("utf.duban"), folder)
        self.assertEqual(said.head, self.english)

    def test_neither_of_the_two(self):
        folder = self.path("t")
        self.write("t/organizations.csv", "id,name,kind\n")
        with open(os.path.join(folder, "organizations.csv"), "ab") as file:
            file.write("o,学校,university\n".encode("gb18030"))
            file.write(b"p,\xff\xff,university\n")
        found = self.fails(1, "import", self.path("a.duban"), folder,
                           "--pack", program.PACK)
        self.assertEqual([f.reason for f in found], ["BAD_ENCODING"])

    def test_written_out_and_read_back(self):
        ledger = program.ledger_of(program.generated())
        folder = self.path("out")
        os.mkdir(folder)
        # Tables of which nothing is masked on the way out.
        for table in ("organizations", "persons", "posts", "matter_lists",
                      "matters", "matter_steps", "activities"):
            path = os.path.join(folder, table + ".csv")
            self.assertEqual(self.done("list", ledger, table, "--format",
                                       "csv", "-o", path), "")
            with open(path, encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            if table == "activities":
                for row in rows:  # pairings are not among them
                    row["pairing"] = ""
                tables.write(folder, table, list(rows[0]),
                             [list(row.values()) for row in rows])
        said = self.imports(self.path("b.duban"), folder)
        self.assertEqual(said.written,
                         tables.row_count(folder) + program.ADOPTION)
