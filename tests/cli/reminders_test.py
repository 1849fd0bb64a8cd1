"""duban reminders: what falls due soon, for whom, in working days."""

import csv
import os

import program

# 24 December 2021 is a Friday: Monday 27 to Friday 31 are five working days,
# and the weekend after them belongs to the five.
FRIDAY = "2021-12-24"


def lines(report):
    """What is due: day, subject, id of the duty or matter, days left."""
    found = []
    for reminder in report.get("reminder", []):
        what = reminder.get("duty") or reminder["matter"]
        found.append((reminder["due_on"], reminder["subject"]["id"],
                      what.get("quota") or what["id"],
                      reminder.get("working_days_left", 0)))
    return found


class Reminders(program.CommandTest):
    """The small example, whose pack has no calendar."""

    def setUp(self):
        super().setUp()
        self.ledger = program.ledger_of(program.SMALL)

    def call(self, as_of, *more, pack=program.PACK, ledger=None):
        return ("reminders", ledger or self.ledger, "--pack", pack,
                "--as-of", as_of, *more)

    def report(self, as_of, *more, **how):
        return self.json(*self.call(as_of, *more, "--format", "json", **how))

    def test_the_last_week_of_the_year(self):
        report = self.report(FRIDAY)
        self.assertEqual((report["within"], report["until"]),
                         (5, "2022-01-02"))
        self.assertEqual(lines(report), [
            # Due on Saturday 20 November; since then the five weeks from
            # Monday 22 November to Friday 24 December: 5 * 5.
            ("2021-11-20", "m5", "p3", -25),
            # No milestone of s2.
            ("2021-12-31", "branch-2", "secretary-project", 5),
            ("2021-12-31", "h2", "student-talk", 5),
            # 1,170 of 1,200 minutes; no dormitory; nearly nothing.
            ("2021-12-31", "m3", "four-ones", 5),
            ("2021-12-31", "m4", "four-ones", 5),
            # Research that nobody has begun.
            ("2021-12-31", "m4", "r2", 5),
            ("2021-12-31", "m4", "r3", 5),
            ("2021-12-31", "m6", "four-ones", 5)])

    def test_within(self):
        # Friday 31 is the fifth, so four days show what is overdue only.
        for within, count in (("0", 1), ("4", 1), ("5", 8)):
            self.assertEqual(
                len(lines(self.report(FRIDAY, "--within", within))), count)

    def test_what_is_required_and_done(self):
        duty, = [r["duty"] for r in self.report(FRIDAY)["reminder"]
                 if r["subject"]["id"] == "m3"]
        self.assertEqual((duty["period"], duty["warning"]),
                         ("2021", "yellow"))
        needs = {need["id"]: (need["done"], need["at_least"])
                 for need in duty["need"] if not need.get("met")}
        self.assertEqual(needs, {"service-hours": ("1170", "1200")})

    def test_due_date_and_original_due_date(self):
        # 15 December is a Wednesday: the 16th, 17th and Monday the 20th. p2
        # was promised for 30 November, and the extension granted on the 26th.
        report = self.report("2021-12-15", "--within", "3")
        self.assertEqual(lines(report), [
            # Since 20 November: 3 * 5 to 10 December, 13, 14, 15.
            ("2021-11-20", "m5", "p3", -18),
            ("2021-12-20", "m1", "r1", 3),
            ("2021-12-20", "m3", "p2", 3)])
        self.assertEqual([(r["matter"]["original_due_on"],
                           r["matter"].get("overdue", False))
                          for r in report["reminder"]],
                         [("2021-11-20", True), ("2021-12-20", False),
                          ("2021-11-30", False)])

    def test_table_and_csv(self):
        text = self.done(*self.call(FRIDAY))
        row, = [line for line in text.splitlines() if " p3 " in line]
        for word in ("2021-11-20", "-25", "陈晨", "自习室插座增设",
                     "逾期 overdue", "办理中 in_progress"):
            self.assertIn(word, row)
        self.assertIn("总时长 ≥20小时", text)
        self.assertIn("5 项任务 duties，3 项事项 matters，其中 1 项逾期 overdue",
                      text)
        table = self.done(*self.call(FRIDAY, "--format", "csv"))
        rows = list(csv.reader(table.splitlines()))
        self.assertEqual([(r[0], r[2], r[5], int(r[1])) for r in rows[1:]],
                         lines(self.report(FRIDAY)))

    def test_into_a_file(self):
        path = self.path("due.csv")
        self.assertEqual(
            self.done(*self.call(FRIDAY, "--format", "csv", "-o", path)), "")
        with open(path, encoding="utf-8") as file:
            self.assertEqual(
                file.read(), self.done(*self.call(FRIDAY, "--format", "csv")))

    def test_across_the_national_day_holiday(self):
        """1 to 7 October 2021 are off; Saturday 9 October is worked."""
        pack = self.copy_of(program.PACK, "pack")
        self.write(os.path.join("pack", "6-calendar.textproto"),
                   "calendar { mainland_through: 2022 }\n")
        self.write("more/matters.csv",
                   "id,title,kind,organization,lead,listed_on,due_on\n"
                   "n5,甲,practical-matter,branch-1,m2,2021-09-01,2021-10-05\n"
                   "n8,乙,practical-matter,branch-1,m2,2021-09-01,2021-10-08\n"
                   "n9,丙,practical-matter,branch-1,m2,2021-09-01,2021-10-09\n")
        ledger = self.path("a.duban")
        self.imports(ledger, program.SMALL, pack=pack)
        self.imports(ledger, self.path("more"), pack=pack)
        # After Wednesday 29 September: the 30th is the first working day, and
        # the only one up to 7 October; the 8th is the second, the 9th the
        # third; then Sunday.
        how = {"pack": pack, "ledger": ledger}
        for within, until, count in (("0", "2021-09-29", 0),
                                     ("1", "2021-10-07", 1),
                                     ("2", "2021-10-08", 2),
                                     ("3", "2021-10-10", 3)):
            report = self.report("2021-09-29", "--within", within, **how)
            self.assertEqual(report["until"], until)
            self.assertEqual(lines(report), [
                ("2021-10-05", "m2", "n5", 1), ("2021-10-08", "m2", "n8", 2),
                ("2021-10-09", "m2", "n9", 3)][:count])
        # On Monday the 11th: since the 5th 8, 9, 11; since the 8th 9, 11.
        self.assertEqual(
            lines(self.report("2021-10-11", "--within", "0", **how)),
            [("2021-10-05", "m2", "n5", -3), ("2021-10-08", "m2", "n8", -2),
             ("2021-10-09", "m2", "n9", -1)])

    def test_wrong_calls(self):
        fault, = self.fails(1, *self.call("2021-02-29"))
        self.assertEqual(fault.reason, "BAD_DATE")
        for within in ("-1", "many", "1.5"):
            ran = program.run(*self.call(FRIDAY, "--within", within))
            self.assertEqual((ran.code, ran.out), (2, ""))
