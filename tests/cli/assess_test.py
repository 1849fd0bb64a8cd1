"""duban assess, duties, explain: what a ledger amounts to, and that it is the
same whoever asks, where and how often."""

import csv
import json
import os
import random
import re
import shutil
import unicodedata

import program
import tables


class FourOnes(program.CommandTest):
    """Q3: four acts of service and 20 hours in all, every year. In the small
    example m2 has 1,200 minutes, m3 1,170; m4 has four acts and 21 hours, and
    no dormitory; m6 has next to nothing."""

    def setUp(self):
        super().setUp()
        self.ledger = program.ledger_of(program.SMALL)

    def duties(self, ledger=None):
        """By member, the duty of 2021."""
        report = self.json("duties", ledger or self.ledger, "--pack",
                           program.PACK, "--as-of", program.AFTER,
                           "--format", "json")
        return {duty["subject"]["id"]: duty for duty in report["duty"]
                if duty["quota"] == "four-ones" and duty["period"] == "2021"}

    def unmet(self, duty):
        return [need["id"] for need in duty["need"] if not need.get("met")]

    def explained(self, subject, ledger=None):
        """The part of the explanation on the duty of 2021."""
        text = self.done("explain", ledger or self.ledger, subject, "--pack",
                         program.PACK, "--as-of", program.AFTER)
        start = text.index("四个一 (four-ones)  2021 ")
        return text[start:text.index("(", start + len("四个一 (four-ones)"))]

    def test_1200_minutes_pass_and_1170_fail(self):
        duties = self.duties()
        hours = {id: need["done"] for id, duty in duties.items()
                 for need in duty["need"] if need["id"] == "service-hours"}
        self.assertEqual((hours["m2"], hours["m3"]), ("1200", "1170"))
        self.assertEqual(duties["m2"]["state"], "MET")
        self.assertEqual(self.unmet(duties["m2"]), [])
        self.assertEqual(duties["m3"]["state"], "MISSED")
        self.assertEqual(self.unmet(duties["m3"]), ["service-hours"])
        text = self.explained("m3")
        self.assertRegex(text, "✗ 总时长 19.5/≥20小时")
        self.assertIn("还差 0.5 小时", text)

    def test_one_minute_decides(self):
        folder = self.copy_of(program.SMALL)
        for minutes, state in (("89", "MISSED"), ("90", "MET")):
            # a12 was 60 of the 1,170.
            path = os.path.join(folder, "activities.csv")
            with open(path, encoding="utf-8") as file:
                table = file.read()
            table, changed = re.subn(
                r"a12,volunteer-service,2021-11-20,\d+,",
                f"a12,volunteer-service,2021-11-20,{minutes},", table)
            self.assertEqual(changed, 1)
            self.write("tables/activities.csv", table)
            ledger = self.path(f"{minutes}.duban")
            self.imports(ledger, folder)
            self.assertEqual(self.duties(ledger)["m3"]["state"], state)

    def test_four_acts_without_a_dormitory_fail(self):
        duty = self.duties()["m4"]
        self.assertEqual(duty["state"], "MISSED")
        self.assertEqual(self.unmet(duty), ["dormitory"])
        text = self.explained("m4")
        self.assertRegex(text, "✗ 新生宿舍结对 0/")
        self.assertRegex(text, r"还差 1 间")
        for met in ("党（团）课授课", "志愿服务", "义务劳动", "总时长"):
            self.assertIn(f"✓ {met} ", text)
        # Down to the records.
        for record in ("a13", "a14", "a15", "a16"):
            self.assertIn(record, text)

    def test_all_that_lacks_is_named(self):
        text = self.explained("m6")
        for need in ("党（团）课授课 0/", "新生宿舍结对 0/", "总时长 5/"):
            self.assertIn(f"✗ {need}", text)
        self.assertIn("还差 15 小时", text)

    def test_a_pairing_put_in_makes_it_met(self):
        ledger = shutil.copyfile(self.ledger, self.path("a.duban"))
        self.write("more/pairings.csv",
                   "id,kind,person,partner_name,since\n"
                   "d9,dormitory,m4,3号楼101室,2021-12-31\n")
        self.imports(ledger, self.path("more"))
        duty = self.duties(ledger)["m4"]
        self.assertEqual((duty["state"], self.unmet(duty)), ("MET", []))

    def test_state_filter_and_summary(self):
        text = self.done("duties", self.ledger, "--pack", program.PACK,
                         "--as-of", program.AFTER, "--state", "missed")
        of = [line for line in text.split("\n\n")[0].split("\n")
              if line.startswith("four-ones")]
        self.assertEqual([line.split()[2] for line in of], ["m3", "m4", "m6"])
        self.assertEqual({"未完成" in line for line in of}, {True})

    def test_nothing_is_missed_before_the_year_is_over(self):
        report = self.json("duties", self.ledger, "--pack", program.PACK,
                           "--as-of", program.AS_OF, "--format", "json")
        states = {duty["subject"]["id"]: duty["state"]
                  for duty in report["duty"] if duty["quota"] == "four-ones"}
        self.assertEqual(states, {"m1": "MET", "m2": "MET", "m3": "OPEN",
                                  "m4": "OPEN", "m5": "MET", "m6": "OPEN"})


class SameBytes(program.CommandTest):

    def test_asked_twice(self):
        ledger = program.ledger_of(program.generated())
        first = self.assess(ledger)
        self.assertGreater(len(first), 100_000)
        self.assertEqual(self.assess(ledger), first)
        for command in ("duties", "explain"):
            more = ["p001"] if command == "explain" else []
            texts = {self.done(command, ledger, *more, "--pack", program.PACK,
                               "--as-of", program.AS_OF) for _ in range(2)}
            self.assertEqual(len(texts), 1)

    def test_elsewhere_in_another_language_and_zone(self):
        """From other folders, with relative names, other locales and time
        zones: the same file, head and assessment."""
        results = set()
        for name, env in (
                ("one", {"LC_ALL": "C", "TZ": "UTC"}),
                ("二 号", {"LC_ALL": "zh_CN.GB18030", "TZ": "Asia/Shanghai",
                        "LANG": "zh_CN"}),
                ("three", {"LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Apia",
                           "LANGUAGE": "de"})):
            os.mkdir(self.path(name))
            shutil.copytree(program.generated(), self.path(name, "tables"))
            how = {"cwd": self.path(name), "env": env}
            said = self.imports("a.duban", "tables", **how)
            text = self.assess("a.duban", **how)
            table = self.done("assess", "a.duban", "--pack", program.PACK,
                              "--as-of", program.AS_OF, **how)
            results.add((said, text, table))
        self.assertEqual(len(results), 1)
        said, text, _ = results.pop()
        self.assertEqual(text, self.assess(program.ledger_of(
            program.generated())))
        self.assertIn(said.head, text)

    def test_rows_in_another_order(self):
        # The steps of a matter are its history, and keep their order.
        folder = self.copy_of(program.generated())
        chance = random.Random(42)
        for table in tables.names(folder):
            if table != "matter_steps":
                headings, rows = tables.read(folder, table)
                chance.shuffle(rows)
                tables.write(folder, table, headings, rows)
        ledger = self.path("a.duban")
        self.imports(ledger, folder)
        other = json.loads(self.assess(ledger))
        first = json.loads(self.assess(program.ledger_of(
            program.generated())))
        self.assertEqual(other["scheme"], first["scheme"])
        one, two = first["certificate"], other["certificate"]
        self.assertNotEqual(one.pop("ledger_head"), two.pop("ledger_head"))
        self.assertEqual(one, two)  # the digest of the result included

    def test_batches_make_no_difference(self):
        ledger = self.path("a.duban")
        for number, group in enumerate((
                ["organizations", "persons", "posts"],
                ["matter_lists", "matters", "matter_steps", "pairings"],
                ["activities", "submissions", "ratings", "adjustments"])):
            os.mkdir(self.path(str(number)))
            for table in group:
                tables.write(self.path(str(number)), table,
                             *tables.read(program.generated(), table))
            self.imports(ledger, self.path(str(number)))
        in_parts = json.loads(self.assess(ledger))
        at_once = json.loads(self.assess(program.ledger_of(
            program.generated())))
        self.assertEqual(in_parts["scheme"], at_once["scheme"])

    def test_certificate_names_what_it_was_made_from(self):
        ledger = program.ledger_of(program.SMALL)
        found = json.loads(self.assess(ledger))["certificate"]
        head = self.verified(ledger)["head"]
        self.assertEqual(found["ledger_head"], head)
        self.assertEqual(found["as_of"], program.AS_OF)
        self.assertEqual((found["pack"], found["pack_version"]),
                         ("suzhou-city-university", "2021.1"))
        self.assertIn(found["pack_digest"][:12],
                      self.done("check", program.PACK))


class Scores(program.CommandTest):
    """The figures of small/EXPECTED.md."""

    def cards(self, scheme):
        text = self.assess(program.ledger_of(program.SMALL), "--scheme",
                           scheme)
        result, = json.loads(text)["scheme"]
        return result

    def test_members(self):
        cards = self.cards("member")["scorecard"]
        self.assertEqual(
            {card["subject"]["id"]: (card["total"], card["grade"],
                                     card["rank"]) for card in cards},
            {"m1": ("100.00", "excellent", 1), "m5": ("98.00", "unqualified",
                                                      2),
             "m2": ("94.25", "good", 3), "m3": ("88.75", "good", 4),
             "m4": ("84.00", "good", 5), "m6": ("27.50", "unqualified", 6)})

    def test_branches(self):
        cards = self.cards("branch")["scorecard"]
        self.assertEqual(
            [(card["subject"]["id"], card["total"], card["grade"])
             for card in cards],
            [("branch-1", "97.30", "excellent"),
             ("branch-2", "53.45", "unqualified")])

    def test_csv_has_the_same_numbers(self):
        text = self.done("assess", program.ledger_of(program.SMALL), "--pack",
                         program.PACK, "--as-of", program.AS_OF, "--format",
                         "csv")
        rows = list(csv.DictReader(text.splitlines()))
        totals = {(row["scheme"], row["subject"], row["total"], row["grade"])
                  for row in rows}
        expected = set()
        for scheme in ("member", "branch"):
            for card in self.cards(scheme)["scorecard"]:
                expected.add((scheme, card["subject"]["id"], card["total"],
                              card["grade"]))
        self.assertEqual(totals, expected)
        points = {row["criterion"]: row["points"] for row in rows
                  if row["subject"] == "m3" and row["scheme"] == "member"}
        self.assertEqual(float(points["hours"]), 29.25)

    def test_adjustment_veto_and_rule_are_told(self):
        def explained(subject):
            return self.done("explain", program.ledger_of(program.SMALL),
                             subject, "--pack", program.PACK, "--as-of",
                             program.AS_OF)
        self.assertIn("获市级志愿服务表彰", explained("m2"))
        self.assertIn("一票否决 veto", explained("m5"))
        self.assertIn("总分 total 100.00 / 100", explained("m1"))


def width(text):
    """Columns of a terminal: wide and fullwidth characters have two."""
    total = 0
    for c in text:
        if unicodedata.combining(c):
            continue
        total += 2 if unicodedata.east_asian_width(c) in "WF" else 1
    return total


def cells(text):
    """Each column of the terminal that holds something: what stands there.
    The second column of a wide character holds it as well."""
    line = []
    for c in text:
        line += [c] * width(c)
    return line


class Alignment(program.CommandTest):

    def check_grid(self, lines):
        """The number of rows; they begin after the rule of dashes, whose
        dashes are as wide as the columns."""
        at = next(i for i, line in enumerate(lines)
                  if line and set(line) <= {"-", " "})
        spans = [(m.start(), m.end()) for m in re.finditer("-+", lines[at])]
        self.assertGreater(len(spans), 2)
        grid = []
        for line in [lines[at - 1]] + lines[at + 1:]:
            row = cells(line)
            self.assertLessEqual(len(row), spans[-1][1], line)
            grid.append(row + [" "] * (spans[-1][1] - len(row)))
        gaps = set(range(spans[-1][1])).difference(
            *(range(begin, end) for begin, end in spans))
        self.assertEqual({row[i] for row in grid for i in gaps}, {" "})
        for number, (begin, end) in enumerate(spans):
            filled = [[i for i in range(begin, end) if row[i] != " "]
                      for row in grid]
            first = {places[0] - begin for places in filled if places}
            last = {end - 1 - places[-1] for places in filled if places}
            if number == 0 and "".join(grid[0]).startswith("组组织织"):
                # A tree: two blanks for each level.
                self.assertEqual({i % 2 for i in first}, {0})
            else:
                # All begin at one place, or all end at one.
                self.assertTrue(first == {0} or last == {0},
                                (lines[at - 1], number))
        return len(grid) - 1

    def grids(self, text):
        """Runs of lines that have a rule of dashes in them."""
        for part in text.split("\n\n"):
            lines = part.strip("\n").split("\n")
            if any(line and set(line) <= {"-", " "} for line in lines):
                yield lines

    def test_assess(self):
        text = self.done("assess", program.ledger_of(program.generated()),
                         "--pack", program.PACK, "--as-of", program.AS_OF)
        rows = [self.check_grid(lines) for lines in self.grids(text)]
        # Members, their roll-ups, branches, their roll-ups.
        self.assertEqual((len(rows), rows[0], rows[2]), (4, 300, 12))

    def test_duties(self):
        text = self.done("duties", program.ledger_of(program.SMALL), "--pack",
                         program.PACK, "--as-of", program.AFTER)
        self.assertEqual(
            len([self.check_grid(lines) for lines in self.grids(text)]), 2)

    def test_list(self):
        ledger = program.ledger_of(program.generated())
        for table in ("persons", "matters", "matter_steps", "pairings",
                      "ratings"):
            text = self.done("list", ledger, table, "--limit", "400")
            for lines in self.grids(text):
                self.assertGreater(self.check_grid(lines), 10)

    def test_no_blanks_at_the_end_of_lines(self):
        text = self.done("assess", program.ledger_of(program.generated()),
                         "--pack", program.PACK, "--as-of", program.AS_OF)
        self.assertEqual([line for line in text.split("\n")
                          if line != line.rstrip()], [])
