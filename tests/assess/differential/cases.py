"""Random campaigns: the same scheme as a pack and as Python, and facts."""

import csv
import datetime
import os
from fractions import Fraction

ACTIVITY_KINDS = ["lecture", "visit", "labour", "service"]
LEVELS = ["very_dissatisfied", "dissatisfied", "fair", "satisfied",
          "very_satisfied"]
ATTESTATIONS = ";".join(["no_notice", "no_greeting", "no_briefing",
                         "no_escort", "straight_to_grassroots",
                         "straight_to_site"])


def decimal(value):
    """A fraction that is a decimal, as text."""
    scaled = Fraction(value) * 10**9
    assert scaled.denominator == 1, value
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled.numerator))
    digits = digits.rjust(10, "0")
    return (sign + digits[:-9] + "." + digits[-9:]).rstrip("0").rstrip(".")


class Case:
    """Everything is drawn from `random`, a seeded random.Random."""

    def __init__(self, random):
        self.random = random
        self.facts = self.make_facts()
        self.scheme = self.make_scheme()
        self.as_of = self.day(datetime.date(2021, 3, 1),
                              datetime.date(2022, 2, 1))

    def day(self, first=datetime.date(2021, 1, 1),
            last=datetime.date(2021, 12, 31)):
        return first + datetime.timedelta(
            days=self.random.randint(0, (last - first).days))

    # Facts.

    def make_facts(self):
        random = self.random
        organizations = [{"id": "root", "kind": "bureau", "parent": ""}]
        for i in range(random.randint(1, 4)):
            organizations.append({"id": f"d{i}", "kind": "district",
                                  "parent": "root"})
            for k in range(random.randint(0, 3)):
                organizations.append({"id": f"d{i}s{k}", "kind": "school",
                                      "parent": f"d{i}"})
        ids = [o["id"] for o in organizations]
        persons = [{"id": f"p{i:02}", "organization": random.choice(ids),
                    "kinds": random.choice(["member", "teacher"])}
                   for i in range(random.randint(1, 14))]
        people = [p["id"] for p in persons]
        activities = []
        for i in range(random.randint(0, 60)):
            activities.append({
                "id": f"a{i}", "kind": random.choice(ACTIVITY_KINDS),
                "date": self.day(), "minutes": random.choice(
                    [0, 15, 45, 60, 90, 100, 240]),
                "participants": random.sample(
                    people, random.randint(1, min(3, len(people)))),
                "organization": random.choice(ids),
                "unannounced": random.random() < 0.3})
        matters = []
        for i in range(random.randint(0, 15)):
            listed = self.day()
            matters.append({
                "id": f"m{i}", "listed_on": listed,
                "due_on": listed + datetime.timedelta(
                    days=random.randint(0, 90)),
                "lead": random.choice(people + [""]),
                "organization": random.choice(ids)})
        ratings = []
        for i in range(random.randint(0, 25)):
            of_person = random.random() < 0.7
            ratings.append({
                "id": f"r{i}", "date": self.day(),
                "level": random.randint(1, 5),
                "person": random.choice(people) if of_person else "",
                "organization": "" if of_person else random.choice(ids)})
        return {"organizations": organizations, "persons": persons,
                "activities": activities, "matters": matters,
                "ratings": ratings, "adjustments": []}

    # The scheme.

    def make_scheme(self):
        random = self.random
        subject = random.choice(["EACH_PERSON", "EACH_ORGANIZATION"])
        every = random.choice(["ONCE", "YEAR", "QUARTER", "MONTH"])
        first = random.choice([datetime.date(2021, 1, 1),
                               datetime.date(2021, 2, 15)])
        scheme = {"id": "s", "subject": subject, "every": every, "from": first,
                  "until": random.choice([datetime.date(2021, 12, 31),
                                          datetime.date(2021, 11, 20)]),
                  "places": random.choice([0, 1, 2, 2, 4])}
        scheme["who_text"], scheme["who"] = self.who(subject)
        scheme["metrics"] = [self.metric(f"x{i}", subject)
                             for i in range(random.randint(1, 4))]
        scheme["groups"] = [
            {"id": f"g{i}",
             "cap": random.choice([None, Fraction(10), Fraction(25, 2)]),
             "floor": random.choice([None, None, Fraction(1)])}
            for i in range(random.randint(0, 2))]
        scheme["criteria"] = [self.criterion(f"c{i}", scheme)
                              for i in range(random.randint(1, 5))]
        scheme["grading"] = self.grading()
        scheme["vetoes"] = self.vetoes(scheme)
        scheme["roll_ups"] = [
            {"id": f"u{i}", "method": method, "grade": "good",
             "kinds": random.choice([[], ["district"], ["school", "bureau"]])}
            for i, method in enumerate(random.sample(
                ["MEAN", "SUM_OF", "WORST", "SHARE"], random.randint(0, 3)))]
        self.make_adjustments(subject)
        return scheme

    def make_adjustments(self, subject):
        person = subject == "EACH_PERSON"
        whom = [r["id"] for r in
                self.facts["persons" if person else "organizations"]]
        approvers = [p["id"] for p in self.facts["persons"]]
        for i in range(self.random.randint(0, 4)):
            who = self.random.choice(whom)
            approver = self.random.choice(
                [a for a in approvers if a != who] or approvers)
            if approver == who:
                continue
            self.facts["adjustments"].append({
                "id": f"j{i}", "scheme": "s", "person": who if person else "",
                "organization": "" if person else who,
                "points": Fraction(self.random.randint(-300, 300), 100),
                "date": self.day(), "approver": approver})

    def who(self, subject):
        if subject == "EACH_PERSON":
            return self.random.choice([
                ("", lambda s, w: True),
                ("'member' in person.kinds",
                 lambda s, w: s["kinds"] == "member")])
        return self.random.choice([
            ("", lambda s, w: True),
            ("organization.kind == 'school'",
             lambda s, w: s["kind"] == "school"),
            ("organization.kind in ['district', 'bureau']",
             lambda s, w: s["kind"] != "school")])

    def metric(self, id_, subject):
        random = self.random
        source = random.choice(["ACTIVITIES", "ACTIVITIES", "MATTERS",
                                "RATINGS"])
        if subject == "EACH_PERSON":
            credit = {"ACTIVITIES": "PARTICIPANTS", "MATTERS": "LEAD",
                      "RATINGS": "NAMED"}[source]
        else:
            credit = random.choice(["OWN", "SUBTREE", "MEMBERS"])
        kind = random.choice(ACTIVITY_KINDS)
        wheres = {
            "ACTIVITIES": [
                ("", lambda r: True),
                (f"activity.kind == '{kind}'", lambda r: r["kind"] == kind),
                ("activity.unannounced && activity.minutes >= 60",
                 lambda r: r["unannounced"] and r["minutes"] >= 60),
                ("activity.kind in ['lecture', 'visit'] || "
                 "activity.minutes > 90",
                 lambda r: r["kind"] in ("lecture", "visit") or
                 r["minutes"] > 90)],
            "MATTERS": [("", lambda r: True)],
            "RATINGS": [("", lambda r: True),
                        ("rating.level <= 3", lambda r: r["level"] <= 3)],
        }[source]
        values = {
            "ACTIVITIES": [("activity.minutes / 60",
                            lambda r: self.quotient(r["minutes"], 60)),
                           ("activity.minutes", lambda r: r["minutes"])],
            "MATTERS": [("3", lambda r: 3)],
            "RATINGS": [("rating.level * 20", lambda r: r["level"] * 20)],
        }[source]
        flags = {
            "ACTIVITIES": [("activity.unannounced",
                            lambda r: r["unannounced"])],
            "MATTERS": [("matter.lead != ''", lambda r: r["lead"] != "")],
            "RATINGS": [("rating.level >= 4", lambda r: r["level"] >= 4)],
        }[source]
        measure = random.choice(["count", "count", "sum", "average", "min",
                                 "max", "ratio", "distinct", "periods"])
        where_text, where = random.choice(wheres)
        of_text, of = "", None
        if measure == "ratio":
            of_text, of = random.choice(flags)
        elif measure in ("sum", "average", "min", "max", "distinct"):
            of_text, of = random.choice(values)
        return {"id": id_, "from": source, "credit": credit,
                "where_text": where_text, "where": where, "measure": measure,
                "of_text": of_text, "of": of,
                "every": random.choice(["WEEK", "MONTH", "TEN_DAYS",
                                        "QUARTER"]),
                "at_least": random.randint(1, 2),
                "missing": random.choice(["HANDLED", "HANDLED", "DEFAULT"]),
                "default": Fraction(random.randint(0, 5))}

    @staticmethod
    def quotient(a, b):
        from naive import quotient
        return quotient(a, b)

    def may_be_missing(self, metric):
        return metric["missing"] != "DEFAULT" and metric["measure"] in (
            "average", "min", "max", "ratio")

    def criterion(self, id_, scheme):
        from naive import prorate, quotient
        random = self.random
        metric = random.choice(scheme["metrics"])
        x = metric["id"]
        missing = self.may_be_missing(metric)
        kind = random.choice(["NORMAL", "NORMAL", "NORMAL", "BONUS",
                              "DEDUCTION"])
        maximum = Fraction(random.choice([5, 10, 20, Fraction(15, 2)]))
        k = random.randint(1, 6)

        def of(function):
            """Missing counts as -1, so that it is not taken for zero."""
            return lambda v: function(Fraction(-1) if v[x] is None else v[x])

        term = f"{x}.orValue(-1)" if missing else x
        rules = [
            (f"min({term}, {k})", of(lambda v: min(v, k))),
            (f"prorate({term}, {k}, {decimal(maximum)})",
             of(lambda v: prorate(v, k, maximum))),
            (f"{term} >= {k} ? {decimal(maximum)} : {term} * 2 / 3",
             of(lambda v: maximum if v >= k else quotient(v * 2, 3))),
            (f"{decimal(maximum)} - {term} * 0.5",
             of(lambda v: maximum - v / 2)),
            (f"lookup('bands', clamp({term}, 0, 100))",
             of(lambda v: self.band(min(max(v, 0), 100)))),
        ]
        text, rule = random.choice(rules)
        if kind == "DEDUCTION":
            text, rule = f"0 - {term}", of(lambda v: -v)
        form = "points"
        if kind == "NORMAL" and random.random() < 0.35:
            form = random.choice(["to_best", "by_rank"])
            text, rule = f"max({term}, 0)", of(lambda v: max(v, 0))
        criterion = {"id": id_, "kind": kind, "max": maximum,
                     "min": Fraction(random.choice([0, 0, 1])) if (
                         kind == "NORMAL") else Fraction(0),
                     "form": form, "text": text, "rule": rule,
                     "within": random.choice(["", "district"]),
                     "applies_text": "", "applies": lambda v: True,
                     "group": random.choice(
                         [""] + [g["id"] for g in scheme["groups"]]),
                     "ranks": [maximum, maximum - 1, maximum - 3],
                     "otherwise": Fraction(1, 2)}
        if missing and random.random() < 0.5:
            criterion["applies_text"] = f"has({x})"
            criterion["applies"] = lambda v: v[x] is not None
        return criterion

    @staticmethod
    def band(value):
        for low, points in ((60, 9), (10, 5), (2, Fraction(5, 2))):
            if value >= low:
                return Fraction(points)
        return Fraction(0)

    def grading(self):
        random = self.random
        return {
            "within": random.choice(["", "district", "school"]),
            "base": random.choice(["ALL_PEERS", "NOT_VETOED"]),
            "rounding": random.choice(["DOWN", "UP", "HALF_UP"]),
            "ties": random.choice(["ALL_OUT", "ALL_IN"]),
            "pool_below": random.choice([0, 2, 3]),
            "grades": [
                {"id": "excellent", "at_least": random.choice(
                    [None, Fraction(8), Fraction(15)]),
                 "share": random.choice([Fraction(1, 5), Fraction(1, 4),
                                         Fraction(1, 2)])},
                {"id": "good", "at_least": random.choice(
                    [None, Fraction(4)]),
                 "share": random.choice([None, Fraction(2, 5)])},
                {"id": "poor", "at_least": None, "share": None}]}

    def vetoes(self, scheme):
        metric = self.random.choice(scheme["metrics"])
        if self.may_be_missing(metric) or self.random.random() < 0.4:
            return []
        x = metric["id"]
        return [{"id": "v0", "text": f"{x} == 0", "grade": "poor",
                 "when": lambda v: v[x] == 0},
                {"id": "v1", "text": f"{x} == 1", "grade": "good",
                 "when": lambda v: v[x] == 1}]

    # As the command reads it.

    def pack(self):
        scheme = self.scheme
        lines = [
            'format_version: 1 id: "random" version: "1"',
            'title { zh: "随机" }',
            f'term {{ from: "2021-01-01" until: "2021-12-31" }}',
            'citation { id: "1" }',
            'code_list { id: "organization-kind" code { id: "bureau" } '
            'code { id: "district" } code { id: "school" } }',
            'code_list { id: "person-kind" code { id: "member" } '
            'code { id: "teacher" } }',
            'code_list { id: "activity-kind" ' + " ".join(
                f'code {{ id: "{k}" }}' for k in ACTIVITY_KINDS) + ' }',
            'code_list { id: "matter-kind" code { id: "m" } }',
            'code_list { id: "rating-kind" code { id: "r" } }',
            'table { id: "bands" output: "decimal" '
            'band { until: "2" value: "0" } '
            'band { from: "2" until: "10" value: "2.5" } '
            'band { from: "10" until: "60" value: "5" } '
            'band { from: "60" value: "9" } cite: "1" }',
            "scheme {",
            f'  id: "s" title {{ zh: "s" }} subject: {scheme["subject"]}',
            f'  who: "{scheme["who_text"]}" every: {scheme["every"]}',
            f'  within {{ from: "{scheme["from"]}" '
            f'until: "{scheme["until"]}" }}',
            f'  places: {scheme["places"]} cite: "1"']
        for m in scheme["metrics"]:
            lines.append(self.metric_text(m))
        for g in scheme["groups"]:
            lines.append(f'  group {{ id: "{g["id"]}" title {{ zh: "g" }} ' + (
                f'cap: "{decimal(g["cap"])}" ' if g["cap"] else "") + (
                f'floor: "{decimal(g["floor"])}" ' if g["floor"] else "") +
                "}")
        for c in scheme["criteria"]:
            lines.append(self.criterion_text(c))
        for v in scheme["vetoes"]:
            lines.append(f'  veto {{ id: "{v["id"]}" title {{ zh: "v" }} '
                         f'when: "{v["text"]}" grade: "{v["grade"]}" '
                         'cite: "1" }')
        lines += self.grading_text()
        for u in scheme["roll_ups"]:
            lines.append(
                f'  roll_up {{ id: "{u["id"]}" title {{ zh: "u" }} '
                f'method: {u["method"]} ' +
                (f'grade: "{u["grade"]}" ' if u["method"] == "SHARE" else "") +
                " ".join(f'kind: "{k}"' for k in u["kinds"]) + " }")
        return "\n".join(lines + ["}", ""])

    @staticmethod
    def metric_text(m):
        measure = {"count": "count {}",
                   "periods": f'periods {{ every: {m["every"]} '
                              f'at_least: {m["at_least"]} }}'}.get(
            m["measure"], f'{m["measure"]}: "{m["of_text"]}"')
        where = f'where: "{m["where_text"]}" ' if m["where_text"] else ""
        default = (f' default_value: "{decimal(m["default"])}"'
                   if m["missing"] == "DEFAULT" else "")
        return (f'  metric {{ id: "{m["id"]}" tally {{ from: {m["from"]} '
                f'{where}credit: {m["credit"]} {measure} }} '
                f'missing: {m["missing"]}{default} }}')

    @staticmethod
    def criterion_text(c):
        within = f' within: "{c["within"]}"' if c["within"] else ""
        if c["form"] == "to_best":
            rule = f'to_best {{ value: "{c["text"]}"{within} }}'
        elif c["form"] == "by_rank":
            points = " ".join(f'points: "{decimal(p)}"' for p in c["ranks"])
            rule = (f'by_rank {{ value: "{c["text"]}" {points} '
                    f'otherwise: "{decimal(c["otherwise"])}"{within} }}')
        else:
            rule = f'points: "{c["text"]}"'
        minimum = (f'min: "{decimal(c["min"])}" ' if c["min"] else "")
        applies = (f'applies: "{c["applies_text"]}" '
                   if c["applies_text"] else "")
        group = f'group: "{c["group"]}" ' if c["group"] else ""
        return (f'  criterion {{ id: "{c["id"]}" title {{ zh: "c" }} '
                f'kind: {c["kind"]} max: "{decimal(c["max"])}" {minimum}'
                f'{rule} {applies}{group}cite: "1" }}')

    def grading_text(self):
        g = self.scheme["grading"]
        lines = ["  grading {"]
        for grade in g["grades"]:
            at_least = (f'at_least: "{decimal(grade["at_least"])}" '
                        if grade["at_least"] is not None else "")
            share = (f'share_at_most: "{decimal(grade["share"])}" '
                     if grade["share"] is not None else "")
            lines.append(f'    grade {{ id: "{grade["id"]}" '
                         f'title {{ zh: "g" }} {at_least}{share}}}')
        within = f'within: "{g["within"]}" ' if g["within"] else ""
        lines.append(f'    {within}base: {g["base"]} rounding: '
                     f'{g["rounding"]} ties: {g["ties"]} '
                     f'pool_below: {g["pool_below"]} cite: "1" }}')
        return lines

    def write_tables(self, folder):
        facts = self.facts

        def table(name, columns, rows):
            path = os.path.join(folder, name + ".csv")
            with open(path, "w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                writer.writerows(rows)

        table("organizations", ["id", "name", "kind", "parent"],
              [[o["id"], o["id"], o["kind"], o["parent"]]
               for o in facts["organizations"]])
        table("persons", ["id", "name", "organization", "kinds"],
              [[p["id"], p["id"], p["organization"], p["kinds"]]
               for p in facts["persons"]])
        table("activities", ["id", "kind", "date", "minutes", "participants",
                             "organization", "unannounced", "attestations"],
              [[a["id"], a["kind"], a["date"], a["minutes"],
                ";".join(a["participants"]), a["organization"],
                "true" if a["unannounced"] else "false",
                ATTESTATIONS if a["unannounced"] else ""]
               for a in facts["activities"]])
        table("matters", ["id", "title", "kind", "organization", "lead",
                          "listed_on", "due_on"],
              [[m["id"], m["id"], "m", m["organization"], m["lead"],
                m["listed_on"], m["due_on"]] for m in facts["matters"]])
        table("ratings", ["id", "kind", "level", "date", "person",
                          "organization"],
              [[r["id"], "r", LEVELS[r["level"] - 1], r["date"], r["person"],
                r["organization"]] for r in facts["ratings"]])
        table("adjustments", ["id", "scheme", "person", "organization",
                              "points", "date", "reason", "approver"],
              [[j["id"], j["scheme"], j["person"], j["organization"],
                decimal(j["points"]), j["date"], "r", j["approver"]]
               for j in facts["adjustments"]])
