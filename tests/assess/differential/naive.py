"""Scoring once more, slowly: a second implementation to compare with.

Written from docs/scoring.md and docs/packs.md, not from the library: plain
lists, exact fractions, no index, everything computed where it is used. A
scheme is a dictionary (cases.py makes random ones); its rules are Python
functions beside the text that the pack has for them.
"""

import datetime
from fractions import Fraction

CADENCE_MONTHS = {
    "MONTH": 1, "TWO_MONTHS": 2, "QUARTER": 3, "HALF_YEAR": 6, "YEAR": 12,
}


def rounded(value, places):
    """Half up, away from zero."""
    scaled = abs(Fraction(value)) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (
        2 * scaled.denominator)
    result = Fraction(whole, 10**places)
    return -result if value < 0 else result


def quotient(a, b):
    return rounded(Fraction(a) / Fraction(b), 9)


def prorate(done, target, points):
    if done >= target:
        return Fraction(points)
    if done <= 0:
        return Fraction(0)
    return rounded(Fraction(done) * Fraction(points) / Fraction(target), 9)


def month_end(year, month):
    later = datetime.date(year + month // 12, month % 12 + 1, 1)
    return later - datetime.timedelta(days=1)


def period_start(every, day):
    """The first day of the period that holds a day."""
    if every == "WEEK":
        return day - datetime.timedelta(days=day.weekday())
    if every == "TEN_DAYS":
        return day.replace(day=1 if day.day <= 10 else 11 if day.day <= 20
                           else 21)
    months = CADENCE_MONTHS[every]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def period_end(every, start):
    if every == "WEEK":
        return start + datetime.timedelta(days=6)
    if every == "TEN_DAYS":
        if start.day < 21:
            return start + datetime.timedelta(days=9)
        return month_end(start.year, start.month)
    return month_end(start.year, start.month + CADENCE_MONTHS[every] - 1)


class World:
    """The facts of a case: lists of dictionaries, as cases.py makes them."""

    def __init__(self, facts):
        self.facts = facts
        self.parent = {o["id"]: o["parent"] for o in facts["organizations"]}
        self.kind = {o["id"]: o["kind"] for o in facts["organizations"]}
        self.home = {p["id"]: p["organization"] for p in facts["persons"]}

    def above(self, organization):
        """An organization and all above it."""
        chain = []
        while organization:
            chain.append(organization)
            organization = self.parent[organization]
        return chain

    def subjects(self, scheme):
        kind = "persons" if scheme["subject"] == "EACH_PERSON" else (
            "organizations")
        return sorted((s for s in self.facts[kind] if scheme["who"](s, self)),
                      key=lambda s: s["id"])

    def organization_of(self, scheme, subject):
        """Where a subject stands in the tree."""
        if scheme["subject"] == "EACH_PERSON":
            return self.home[subject["id"]]
        return subject["id"]


def credited(world, metric, record):
    """To whom a record counts."""
    credit, source = metric["credit"], metric["from"]
    if credit == "PARTICIPANTS":
        return set(record["participants"])
    if credit == "LEAD":
        return {record["lead"]} - {""}
    if credit == "NAMED":
        return {record["person"]} - {""}
    # A record that names no organization belongs to that of its person.
    organization = record["organization"] or world.home[record["person"]]
    if credit == "OWN":
        return {organization}
    if credit == "SUBTREE":
        return set(world.above(organization))
    assert credit == "MEMBERS"
    people = {"ACTIVITIES": lambda: record["participants"],
              "MATTERS": lambda: [record["lead"]],
              "RATINGS": lambda: [record["person"]]}[source]()
    found = set()
    for person in people:
        if person:
            found.update(world.above(world.home[person]))
    return found


TABLE_OF = {"ACTIVITIES": "activities", "MATTERS": "matters",
            "RATINGS": "ratings"}
DAY_OF = {"ACTIVITIES": "date", "MATTERS": "listed_on", "RATINGS": "date"}


def measured(world, metric, subject, first, last):
    """A metric's value; None where there is none."""
    records = []
    for record in world.facts[TABLE_OF[metric["from"]]]:
        day = record[DAY_OF[metric["from"]]]
        if first <= day <= last and metric["where"](record) and (
                subject["id"] in credited(world, metric, record)):
            records.append(record)
    measure, of = metric["measure"], metric["of"]
    values = [of(record) for record in records] if of else []
    if measure == "count":
        return Fraction(len(records))
    if measure == "sum":
        return Fraction(sum(values))
    if measure == "distinct":
        return Fraction(len(set(values)))
    if measure == "periods":
        starts = [period_start(metric["every"],
                               r[DAY_OF[metric["from"]]]) for r in records]
        return Fraction(sum(1 for s in set(starts)
                            if starts.count(s) >= metric["at_least"]))
    if not records:
        return None
    if measure == "average":
        return quotient(sum(values), len(values))
    if measure == "ratio":
        return quotient(sum(1 for v in values if v), len(values))
    return Fraction(min(values) if measure == "min" else max(values))


class Refused(Exception):
    """The assessment as a whole has no result."""


class Scoring:
    """One scheme over a world on a day."""

    def __init__(self, world, scheme, as_of):
        self.world, self.scheme = world, scheme
        self.as_of = as_of
        day = min(as_of, scheme["until"])
        if scheme["every"] == "ONCE":
            self.first, self.last = scheme["from"], scheme["until"]
        else:
            start = period_start(scheme["every"], day)
            self.first = max(start, scheme["from"])
            self.last = min(period_end(scheme["every"], start),
                            scheme["until"])
        self.subjects = world.subjects(scheme)
        self.cards = {}

    def run(self):
        for subject in self.subjects:
            values = {}
            for metric in self.scheme["metrics"]:
                value = measured(self.world, metric, subject, self.first,
                                 min(self.last, self.as_of))
                if value is None and metric["missing"] == "DEFAULT":
                    value = metric["default"]
                if value is None and metric["missing"] == "REFUSED":
                    raise Refused(metric["id"])
                values[metric["id"]] = value
            self.cards[subject["id"]] = {
                "subject": subject, "values": values, "raw": [], "points": []}
        for criterion in self.scheme["criteria"]:
            self.evaluate(criterion)
        for card in self.cards.values():
            self.add_up(card)
        self.grade()
        return self.cards

    def peer_groups(self, within):
        """Lists of ids; those below none are peers of each other."""
        groups = {}
        for subject in self.subjects:
            place = self.world.organization_of(self.scheme, subject)
            key = ""
            if within:
                for organization in self.world.above(place):
                    if self.world.kind[organization] == within:
                        key = organization
                        break
            groups.setdefault(key, []).append(subject["id"])
        return [groups[key] for key in sorted(groups)]

    def evaluate(self, criterion):
        values = {}
        for id_, card in self.cards.items():
            if not criterion["applies"](card["values"]):
                values[id_] = None
            else:
                values[id_] = Fraction(criterion["rule"](card["values"]))
        for peers in self.peer_groups(criterion.get("within", "")):
            peers = [p for p in peers if values[p] is not None]
            if criterion["form"] == "to_best":
                best = max([values[p] for p in peers] + [Fraction(0)])
                for p in peers:
                    values[p] = (rounded(criterion["max"] * values[p] / best, 9)
                                 if best else Fraction(0))
            elif criterion["form"] == "by_rank":
                ranks = {p: sum(1 for q in peers if values[q] > values[p])
                         for p in peers}
                for p in peers:
                    table = criterion["ranks"]
                    values[p] = (table[ranks[p]] if ranks[p] < len(table)
                                 else criterion["otherwise"])
        deduction = criterion["kind"] == "DEDUCTION"
        low = -criterion["max"] if deduction else criterion["min"]
        high = Fraction(0) if deduction else criterion["max"]
        for id_, card in self.cards.items():
            value = values[id_]
            if value is not None:
                value = rounded(value, self.scheme["places"])
                value = min(max(value, low), high)
            card["points"].append(value)

    def add_up(self, card):
        total = Fraction(0)
        full = Fraction(0)
        by_group = {g["id"]: Fraction(0) for g in self.scheme["groups"]}
        for criterion, points in zip(self.scheme["criteria"], card["points"]):
            if points is None:
                continue
            if criterion["kind"] == "NORMAL":
                full += criterion["max"]
            if criterion["group"]:
                by_group[criterion["group"]] += points
            else:
                total += points
        for group in self.scheme["groups"]:
            points = by_group[group["id"]]
            if group["cap"] is not None:
                points = min(points, group["cap"])
            if group["floor"] is not None:
                points = max(points, group["floor"])
            total += points
        for adjustment in self.world.facts["adjustments"]:
            who = adjustment["person"] or adjustment["organization"]
            if (adjustment["scheme"] == self.scheme["id"] and
                    who == card["subject"]["id"] and
                    self.first <= adjustment["date"] <= self.as_of):
                total += adjustment["points"]
        card["total"] = rounded(total, self.scheme["places"])
        card["full"] = full
        card["vetoes"] = [v for v in self.scheme["vetoes"]
                          if v["when"](card["values"])]

    def grade(self):
        grading = self.scheme["grading"]
        pool = []
        for peers in self.peer_groups(grading["within"]):
            if len(peers) < grading["pool_below"]:
                pool += peers
            else:
                self.grade_peers(peers)
        self.grade_peers(sorted(pool))

    def grade_peers(self, peers):
        grading, cards = self.scheme["grading"], self.cards
        order = [g["id"] for g in grading["grades"]]
        for p in peers:
            cards[p]["rank"] = 1 + sum(
                1 for q in peers if cards[q]["total"] > cards[p]["total"])
            cards[p]["grade"] = ""
            if cards[p]["vetoes"]:
                cards[p]["grade"] = max(
                    (v["grade"] for v in cards[p]["vetoes"]), key=order.index)
        for grade in grading["grades"]:
            self.give(grade, peers)

    def give(self, grade, peers):
        grading, cards = self.scheme["grading"], self.cards
        left = len(peers)
        if grade["share"] is not None:
            base = len(peers)
            if grading["base"] == "NOT_VETOED":
                base = sum(1 for p in peers if not cards[p]["vetoes"])
            exact = grade["share"] * base
            left = {"DOWN": exact.numerator // exact.denominator,
                    "UP": -(-exact.numerator // exact.denominator),
                    "HALF_UP": int(rounded(exact, 0))}[grading["rounding"]]
        for total in sorted({cards[p]["total"] for p in peers}, reverse=True):
            if grade["at_least"] is not None and total < grade["at_least"]:
                return
            wanting = [p for p in peers if cards[p]["total"] == total and
                       not cards[p]["grade"]]
            if len(wanting) > left and (grading["ties"] == "ALL_OUT" or
                                        left == 0):
                return
            for p in wanting:
                cards[p]["grade"] = grade["id"]
            left = max(0, left - len(wanting))

    def figures(self):
        """(organization, roll-up) to value."""
        found = {}
        for organization in self.world.facts["organizations"]:
            below = [self.cards[s["id"]] for s in self.subjects
                     if organization["id"] in self.world.above(
                         self.world.organization_of(self.scheme, s))]
            if not below:
                continue
            totals = [card["total"] for card in below]
            for roll_up in self.scheme["roll_ups"]:
                if roll_up["kinds"] and (
                        organization["kind"] not in roll_up["kinds"]):
                    continue
                method = roll_up["method"]
                if method == "MEAN":
                    value = rounded(quotient(sum(totals), len(totals)),
                                    self.scheme["places"])
                elif method == "SUM_OF":
                    value = sum(totals)
                elif method == "WORST":
                    value = min(totals)
                else:
                    value = rounded(quotient(
                        sum(1 for card in below
                            if card["grade"] == roll_up["grade"]),
                        len(below)), 4)
                found[organization["id"], roll_up["id"]] = value
        return found
