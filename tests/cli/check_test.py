"""duban check and test: every fault of a pack, with its place and a hint."""

import json
import os
import re

import program

TEN_FAULTS = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                          "ten_faults")

# Right, but for what each test adds.
HEAD = """\
format_version: 1
id: "small"
version: "1"
term { from: "2021-01-01" until: "2021-12-31" }
code_list { id: "activity-kind" code { id: "visit" } }
"""
QUOTA = """\
quota {
  id: "visits"
  subject: EACH_PERSON
  every: MONTH
  need { tally { from: ACTIVITIES count {} } at_least: "1" }
}
"""
SCHEME = """\
scheme {
  id: "s"
  subject: EACH_PERSON
  every: YEAR
  metric { id: "visits" tally { from: ACTIVITIES count {} } }
  criterion { id: "c" max: "10" points: "%s" }
}
"""


def marked(folder):
    """The faults that the comments of a pack speak of."""
    found = set()
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                mark = re.search(r"# fault: (\w+)$", line.rstrip())
                if mark:
                    found.add((path, number, mark[1]))
    return found


class TenFaults(program.CommandTest):

    def found(self):
        return self.fails(1, "check", TEN_FAULTS)

    def test_all_ten_by_file_and_line(self):
        expected = marked(TEN_FAULTS)
        self.assertEqual(len(expected), 10)
        self.assertEqual(len({reason for _, _, reason in expected}), 10)
        found = [(f.file, f.line, f.reason) for f in self.found()]
        self.assertEqual(sorted(found), sorted(expected))

    def test_in_the_order_in_which_they_stand(self):
        places = [(f.file, f.line, f.column) for f in self.found()]
        self.assertEqual(places, sorted(places))

    def test_column_is_that_of_the_word(self):
        for fault in self.found():
            with open(fault.file, encoding="utf-8") as file:
                line = file.read().split("\n")[fault.line - 1]
            rest = line[fault.column - 1:]
            starts = {
                "UNKNOWN_CODE": "'vist'", "UNKNOWN_NAME": "visit / 24",
                "NO_OVERLOAD": "+ activity.title",
                "PACK_UNKNOWN_FIELD": "units", "BAD_DATE": '"2021-02-29"',
                "DUPLICATE_ID": '"cadre"', "BAND_GAP": '"6"',
                "GRADES_NOT_DESCENDING": '"90"',
                # What is not there is missed where its message begins.
                "CADENCE_REQUIRED": "{", "MAX_REQUIRED": "{",
            }[fault.reason]
            self.assertTrue(rest.startswith(starts), (fault, rest))

    def test_each_says_why_in_both_languages(self):
        for fault in self.found():
            with self.subTest(fault.reason):
                zh, _, en = fault.text.partition(" / ")
                self.assertRegex(zh, "[\u4e00-\u9fff]")
                self.assertRegex(en, "[a-z]{2}")

    def test_each_has_a_hint(self):
        for fault in self.found():
            with self.subTest(fault.reason):
                self.assertNotEqual(fault.hint, "")

    def test_hints_name_what_was_meant(self):
        hints = {fault.reason: fault.hint for fault in self.found()}
        self.assertIn("'visit'", hints["UNKNOWN_CODE"])
        self.assertIn("visits", hints["UNKNOWN_NAME"])
        self.assertIn("'unit'", hints["PACK_UNKNOWN_FIELD"])
        self.assertIn("MONTH", hints["CADENCE_REQUIRED"])

    def test_counted_at_the_end(self):
        ran = program.run("check", TEN_FAULTS)
        self.assertIn("10 个错误 errors, 0 个警告 warnings", ran.out)
        self.assertEqual(ran.out.count("\n"), 1)

    def test_as_json(self):
        ran = program.run("check", TEN_FAULTS, "--json")
        self.assertEqual((ran.code, ran.err), (1, ""))
        found = {(e["place"]["file"], e["place"]["line"], e["reason"])
                 for e in json.loads(ran.out)["errors"]}
        self.assertEqual(found, marked(TEN_FAULTS))

    def test_nothing_else_takes_such_a_pack(self):
        ledger = self.path("a.duban")
        for arguments in (
                ("test", TEN_FAULTS),
                ("import", ledger, program.SMALL, "--pack", TEN_FAULTS)):
            with self.subTest(arguments[0]):
                self.assertEqual(len(self.fails(1, *arguments)), 10)
        self.assertFalse(os.path.exists(ledger))


class Json(program.CommandTest):
    """The same in JSON, which has no comments to mark lines with."""

    PACK = """\
{
  "format_version": 1,
  "id": "as-json",
  "version": "1",
  "issued_on": "2021-02-29",
  "term": {"from": "2021-01-01", "until": "2021-12-31"},
  "code_list": [
    {"id": "activity-kind", "code": [{"id": "visit"}, {"id": "lecture"}]}
  ],
  "quota": [{
    "id": "visits",
    "subject": "EACH_PERSON",
    "every": "MONTH",
    "need": [{
      "tally": {
        "from": "ACTIVITIES",
        "where": "activity.kind == 'vist'",
        "count": {}
      },
      "at_least": "2",
      "units": {"zh": "次"}
    }],
    "cite": "12"
  }],
  "scheme": [{
    "id": "cadre",
    "subject": "EACH_PERSON",
    "every": "YEAR",
    "metric": [
      {"id": "visits", "tally": {"from": "ACTIVITIES", "count": {}}}
    ],
    "criterion": [
      {"id": "c", "max": "10", "points": "10 * visit / 24"}
    ]
  }]
}
"""

    def test_line_of_each(self):
        path = self.write("pack.json", self.PACK)
        lines = self.PACK.split("\n")
        expected = []
        for reason, word in [("BAD_DATE", "2021-02-29"),
                             ("UNKNOWN_CODE", "'vist'"),
                             ("PACK_UNKNOWN_FIELD", '"units"'),
                             ("UNKNOWN_CITATION", '"cite"'),
                             ("UNKNOWN_NAME", "10 * visit /")]:
            number = [word in line for line in lines].index(True)
            expected.append((path, number + 1, reason))
        found = self.fails(1, "check", path)
        self.assertEqual([(f.file, f.line, f.reason) for f in found], expected)
        for fault in found:
            with self.subTest(fault.reason):
                self.assertNotEqual(fault.hint, "")

    def test_broken_syntax_has_its_line(self):
        path = self.write("pack.json", self.PACK.replace('"count": {}', "{"))
        broken = [fault for fault in self.fails(1, "check", path)
                  if fault.reason == "PACK_SYNTAX"]
        at = [i for i, line in enumerate(self.PACK.split("\n"), 1)
              if '"count": {}' in line][0]
        self.assertIn(broken[0].line, (at, at + 1), broken)


class OneMistake(program.CommandTest):
    """What follows from a fault that was told is not told again."""

    def only_fault(self, pack):
        found = self.fails(1, "check", self.write("p.textproto", pack))
        self.assertEqual(len(found), 1,
                         [(f.line, f.reason) for f in found])
        return found[0]

    def test_bad_date_of_the_term(self):
        pack = HEAD.replace("2021-12-31", "2021-12-32") + QUOTA
        self.assertEqual(self.only_fault(pack).reason, "BAD_DATE")

    def test_table_with_a_gap_that_is_looked_up(self):
        pack = HEAD + (
            'table { id: "t" output: "decimal" '
            'band { from: "0" until: "5" value: "0" } '
            'band { from: "6" value: "10" } }\n'
        ) + SCHEME % "lookup('t', visits)"
        self.assertEqual(self.only_fault(pack).reason, "BAND_GAP")

    def test_metric_with_a_wrong_expression_that_is_read(self):
        pack = HEAD + SCHEME.replace("count {}", "sum: 'activity.minute'"
                                     ) % "visits"
        fault = self.only_fault(pack)
        self.assertEqual(fault.reason, "UNKNOWN_FIELD")
        self.assertIn("minutes", fault.hint)

    def test_pack_that_is_not_there(self):
        found = self.fails(1, "check", self.path("nowhere"))
        self.assertEqual([f.reason for f in found], ["PACK_NOT_FOUND"])

    def test_folder_without_a_pack(self):
        os.mkdir(self.path("empty"))
        found = self.fails(1, "check", self.path("empty"))
        self.assertEqual([f.reason for f in found], ["PACK_EMPTY"])


class GoodPacks(program.CommandTest):

    def test_examples_are_right_and_pass_their_own_tests(self):
        # Q11: a phase that was over before the notice came, as issued.
        for name, warnings in (
                ("suzhou-city-university", []),
                ("jintan-district",
                 ["PHASE_ENDS_BEFORE_ISSUE", "PHASES_OVERLAP"])):
            with self.subTest(name):
                pack = os.path.join(program.ROOT, "examples", name, "pack")
                checked = program.run("check", pack)
                self.assertEqual(checked.code, 0)
                self.assertIn(" 0 个错误 errors", checked.out)
                told = program.faults(checked.err)
                self.assertEqual([f.reason for f in told], warnings)
                self.assertEqual({f.severity for f in told} - {"warning"},
                                 set())
                self.assertIn(" 0 项不符 failed", self.done("test", pack))

    def test_digest_does_not_depend_on_comments(self):
        plain = self.done("check", self.write("a/p.textproto", HEAD + QUOTA))
        noted = self.done("check", self.write(
            "b/p.textproto", "# Notes.\n\n" + HEAD + "\n" + QUOTA))
        other = self.done("check", self.write(
            "c/p.textproto", HEAD + QUOTA.replace('"1"', '"2"')))
        digests = [out.split()[-1] for out in (plain, noted, other)]
        self.assertEqual(digests[0], digests[1])
        self.assertNotEqual(digests[0], digests[2])

    def test_a_test_that_does_not_hold_is_told(self):
        pack = self.write("p.textproto", HEAD + """\
code_list { id: "person-kind" code { id: "cadre" } }
code_list { id: "organization-kind" code { id: "school" } }
""" + SCHEME % "visits" + """\
test {
  id: "one-visit"
  as_of: "2021-12-31"
  change { put_organization { id: "o" name: "校" kind: "school" } }
  change { put_person { id: "p" name: "甲" organization: "o" } }
  change {
    record_activity {
      id: "a" kind: "visit" date: "2021-05-01" participants: "p"
    }
  }
  expect { subject: "p" scheme: "s" total: "2" }
}
""")
        ran = program.run("test", pack)
        self.assertEqual(ran.code, 1)
        self.assertIn("one-visit", ran.err)
        self.assertIn("1 项不符 failed", ran.out)
        right = self.write("q.textproto", open(pack, encoding="utf-8").read()
                           .replace('total: "2"', 'total: "1"'))
        self.assertIn("0 项不符 failed", self.done("test", right))
