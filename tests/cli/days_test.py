"""duban days: which days are worked and why, and what another calendar
moves."""

import csv
import os

import program

PACK = os.path.join(program.ROOT, "examples", "jintan-district", "pack")


class DaysTest(program.CommandTest):
    """The pack of Jintan District, whose campaign is from 1 October to 31
    December 2021, as it is and with the mainland's calendar."""

    def pack_through(self, year):
        name = f"through-{year}"
        pack = self.copy_of(PACK, name)
        self.write(os.path.join(name, "6-calendar.textproto"),
                   f"calendar {{ mainland_through: {year} }}\n")
        return pack

    def report(self, *arguments):
        return self.json("days", *arguments, "--json")

    def worked(self, report):
        """Days of the month that are worked."""
        return [int(day["day"][-2:]) for day in report["day"]
                if day.get("is_working")]


class Why(DaysTest):

    def test_the_first_month_of_the_campaign(self):
        report = self.report(PACK)
        self.assertEqual((report["from"], report["until"]),
                         ("2021-10-01", "2021-10-31"))
        # 1 October is a Friday: five weekends in 31 days.
        self.assertEqual((len(report["day"]), report["working_days"]),
                         (31, 31 - 5 * 2))
        self.assertEqual({day["why"]["en"].split(": ")[1]
                          for day in report["day"]},
                         {"Monday to Friday", "weekend"})

    def test_the_national_day_holiday(self):
        report = self.report(self.pack_through(2021))
        # Without 1, 4, 5, 6 and 7 October, and with Saturday the 9th.
        self.assertEqual(report["working_days"], 21 - 5 + 1)
        self.assertEqual(self.worked(report)[:4], [8, 9, 11, 12])
        self.assertNotIn("provisional_days", report)
        ninth = report["day"][8]
        self.assertEqual(ninth["document"], "国办发明电〔2020〕27号")
        self.assertRegex(ninth["why"]["zh"], "^2021-10-09 上班：.*27号）$")
        self.assertRegex(ninth["why"]["en"], "^2021-10-09 is worked: ")

    def test_a_range_and_its_make_up_days(self):
        report = self.report(self.pack_through(2021), "--from", "2021-09-25",
                             "--until", "2021-10-10")
        # Sunday 26 September; Monday 27 to Thursday 30; 8 and 9 October.
        self.assertEqual(self.worked(report), [26, 27, 28, 29, 30, 8, 9])

    def test_one_end_of_a_month(self):
        for option, day, expected in (
                ("--from", "2021-11-20", ("2021-11-20", "2021-11-30")),
                ("--until", "2021-11-20", ("2021-11-01", "2021-11-20"))):
            report = self.report(PACK, option, day)
            self.assertEqual((report["from"], report["until"]), expected)

    def test_days_that_may_yet_change(self):
        report = self.report(self.pack_through(2021), "--from", "2021-12-31",
                             "--until", "2022-01-04")
        # Friday; the weekend; Monday and Tuesday of a year not yet arranged.
        self.assertEqual([bool(day.get("is_provisional"))
                          for day in report["day"]],
                         [False, True, True, True, True])
        self.assertEqual(report["working_days"], 3)

    def test_table_and_csv(self):
        pack = self.pack_through(2021)
        text = self.done("days", pack)
        self.assertIn("周六 Sat", text)
        self.assertIn("31 天 days，工作日 worked 17，暂定 provisional 0", text)
        path = self.path("days.csv")
        self.done("days", pack, "--format", "csv", "-o", path)
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        self.assertEqual([row[:3] for row in rows[7:10]],
                         [["2021-10-08", "周五 Fri", "上班 worked"],
                          ["2021-10-09", "周六 Sat", "上班 worked"],
                          ["2021-10-10", "周日 Sun", "休息 off"]])


class Against(DaysTest):

    def moved(self, report):
        return [(day["day"], day["was_due"], day["is_due"])
                for day in report.get("moved", [])]

    def test_what_the_holidays_move(self):
        report = self.report(self.pack_through(2021), "--against", PACK)
        self.assertEqual((report["from"], report["until"]),
                         ("2021-10-01", "2021-12-31"))
        # By weekdays, Friday the 1st stays and a weekend goes to Monday. With
        # the holiday all of 1 to 7 goes to the 8th, and Saturday the 9th is
        # worked; the 10th goes to Monday the 11th by both.
        self.assertEqual(self.moved(report), [
            ("2021-10-01", "2021-10-01", "2021-10-08"),
            ("2021-10-02", "2021-10-04", "2021-10-08"),
            ("2021-10-03", "2021-10-04", "2021-10-08"),
            ("2021-10-04", "2021-10-04", "2021-10-08"),
            ("2021-10-05", "2021-10-05", "2021-10-08"),
            ("2021-10-06", "2021-10-06", "2021-10-08"),
            ("2021-10-07", "2021-10-07", "2021-10-08"),
            ("2021-10-09", "2021-10-11", "2021-10-09")])
        ninth = report["moved"][-1]
        self.assertFalse(ninth["before"].get("is_working", False))
        self.assertTrue(ninth["after"]["is_working"])

    def test_a_year_that_has_been_arranged_since(self):
        # 1 to 3 January 2022 are off, a Saturday to a Monday.
        report = self.report(self.pack_through(2022), "--against",
                             self.pack_through(2021), "--from", "2022-01-01",
                             "--until", "2022-01-05")
        self.assertEqual(self.moved(report), [
            ("2022-01-01", "2022-01-03", "2022-01-04"),
            ("2022-01-02", "2022-01-03", "2022-01-04"),
            ("2022-01-03", "2022-01-03", "2022-01-04")])
        self.assertTrue(report["moved"][0]["before"]["is_provisional"])

    def test_nothing_moves_within_the_campaign(self):
        report = self.report(self.pack_through(2022), "--against",
                             self.pack_through(2021))
        self.assertEqual(self.moved(report), [])
        self.assertNotEqual(report["pack_digest"], report["against_digest"])

    def test_table_and_csv(self):
        call = ("days", self.pack_through(2021), "--against", PACK)
        text = self.done(*call)
        self.assertIn("2021-10-01 至 to 2021-12-31：8 天变动 days moved", text)
        rows = list(csv.reader(self.done(*call, "--format",
                                         "csv").splitlines()))
        self.assertEqual(rows[1][:4], ["2021-10-01", "周五 Fri", "2021-10-01",
                                       "2021-10-08"])
        self.assertEqual(len(rows), 1 + 8)


class Wrong(DaysTest):

    def test_ranges(self):
        for span, reasons in (
                (("--from", "2021-10-02", "--until", "2021-10-01"),
                 ["WINDOW_REVERSED"]),
                (("--from", "2000-01-01", "--until", "2021-01-01"),
                 ["WINDOW_TOO_LONG"]),
                (("--from", "2021-02-29", "--until", "soon"),
                 ["BAD_DATE", "BAD_DATE"])):
            for more in ((), ("--against", PACK)):
                found = self.fails(1, "days", PACK, *span, *more)
                self.assertEqual([fault.reason for fault in found], reasons)

    def test_packs_that_are_not_there(self):
        for call in ((self.path("none"),),
                     (PACK, "--against", self.path("none"))):
            fault, = self.fails(1, "days", *call)
            self.assertEqual(fault.reason, "PACK_NOT_FOUND")
