"""duban escalations, coverage, draw: what to order, who lacks what, whom to
check. And what duties say of those who come and go."""

import csv
import hashlib
import os

import program

RULES = """
escalation {
  id: "urge" title { zh: "催办" en: "Urge" } of: OF_MATTER
  when: "matter.overdue" action: URGE
}
escalation {
  id: "above" title { zh: "督办单" en: "Order" } of: OF_DUTY
  when: "duty.quota == 'four-ones' && duty.state == 'missed'"
  to: TO_ORGANIZATION
}
sampling_plan {
  id: "checks" of: EACH_PERSON who: "'party-member' in person.kinds"
  number: 3 seed: "2021"
}
"""


class Supervision(program.CommandTest):
    """The small example, with rules of its own beside the pack's."""

    def setUp(self):
        super().setUp()
        self.ledger = program.ledger_of(program.SMALL)
        self.pack = self.copy_of(program.PACK, "pack")
        self.write(os.path.join("pack", "9-more.textproto"), RULES)

    def call(self, command, as_of, *more):
        return (command, self.ledger, "--pack", self.pack, "--as-of", as_of,
                *more)

    def test_orders(self):
        report = self.json(*self.call("escalations", program.AFTER,
                                      "--format", "json"))
        urged = [order for order in report["order"]
                 if order["rule"] == "urge"]
        keys = [(order["subject"]["id"], order["matter"]["id"])
                for order in urged]
        self.assertEqual(keys, sorted(keys))
        p3, = [order for order in urged if order["matter"]["id"] == "p3"]
        self.assertEqual((p3["to"]["id"], p3["action"],
                          p3.get("times_before", 0)), ("m5", "URGE", 2))
        owed = {order["subject"]["id"]: order["to"]["kind"]
                for order in report["order"] if order["rule"] == "above"}
        self.assertIn("m3", owed)
        self.assertNotIn("m2", owed)
        self.assertEqual(set(owed.values()), {"EACH_ORGANIZATION"})
        table = self.done(*self.call("escalations", program.AFTER))
        self.assertIn("催办 urge", table)
        self.assertIn(f"{len(report['order'])} 件 orders", table)
        rows = list(csv.reader(self.done(
            *self.call("escalations", program.AFTER, "--format",
                       "csv")).splitlines()))
        self.assertEqual(len(rows) - 1, len(report["order"]))

    def test_coverage(self):
        report = self.json(*self.call("coverage", program.AFTER, "four-ones",
                                      "--format", "json"))
        year, = [row for row in report["coverage"] if row["period"] == "2021"]
        lacking = [subject["id"] for subject in year["lacking"]]
        self.assertEqual(lacking, sorted(lacking))
        self.assertIn("m3", lacking)
        self.assertNotIn("m2", lacking)
        self.assertEqual(year["owed"],
                         year.get("met", 0) + year.get("open", 0) +
                         year.get("missed", 0))
        self.assertEqual(len(lacking), year["missed"])
        table = self.done(*self.call("coverage", program.AFTER))
        self.assertIn("仍缺 lacking", table)
        fault, = self.fails(1, *self.call("coverage", program.AFTER,
                                          "four-one"))
        self.assertEqual(fault.reason, "UNKNOWN_QUOTA")
        self.assertIn("four-ones", fault.hint)

    def test_draw_that_anyone_can_check(self):
        report = self.json(*self.call("draw", program.AFTER, "checks",
                                      "--format", "json"))
        self.assertEqual((len(report["drawn"]), report["seed"]), (3, "2021"))
        tickets = []
        for drawn in report["drawn"]:
            own = drawn["subject"]["id"]
            text = "6:checks,4:2021,%d:%s," % (len(own), own)
            tickets.append(hashlib.sha256(text.encode()).hexdigest())
        self.assertEqual([d["ticket"] for d in report["drawn"]], tickets)
        self.assertEqual(tickets, sorted(tickets))
        again = self.done(*self.call("draw", program.AFTER, "checks"))
        self.assertEqual(
            again, self.done(*self.call("draw", program.AFTER, "checks")))
        self.assertIn(f"{report['population']} 中抽取 drawn 3", again)
        fault, = self.fails(1, *self.call("draw", program.AFTER, "check"))
        self.assertEqual(fault.reason, "UNKNOWN_PLAN")

    def test_who_comes_within_a_period(self):
        self.write("more/persons.csv",
                   "id,name,organization,kinds,since\n"
                   "new,新来,branch-1,party-member,2021-06-10\n")
        self.ledger = self.path("a.duban")
        self.imports(self.ledger, program.SMALL, pack=self.pack)
        self.imports(self.ledger, self.path("more"), pack=self.pack)
        report = self.json(*self.call("duties", program.AFTER, "--subject",
                                      "new", "--state", "not_applicable",
                                      "--format", "json"))
        duty, = [duty for duty in report["duty"]
                 if duty["quota"] == "four-ones" and duty["period"] == "2021"]
        self.assertEqual(duty["not_applicable_why"]["zh"],
                         "2021-06-10 起才须承担")
        self.assertGreater(duty["owed_days"], 200)
        self.assertIn("2021-06-10 起才须承担",
                      self.done(*self.call("duties", program.AFTER)))
