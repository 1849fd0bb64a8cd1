#!/usr/bin/env python3
"""Writes the activity records that every engine reads.

    python3 generate.py ROWS > data.tsv

One line a record after a line of names; nothing is quoted, since no text has
a tab or a line end. Everything is invented. The same bytes come out every
time: the only source of chance is the small generator below, with a fixed
seed.
"""

import sys

COLUMNS = ("kind", "minutes", "beneficiaries", "unannounced", "day", "on_time",
           "total", "rating", "organization", "title")
KINDS = ("visit", "volunteer", "party-lecture", "labour", "research",
         "training", "meeting", "home-visit")
ORGANIZATIONS = 200
# A title begins with one of these, and ends with a number of its own.
OPENINGS = ("走访慰问困难家庭", "校园周边护学岗", "Afternoon reading with pupils ",
            "社区卫生大扫除", "Party lecture on the spirit of service ",
            "教师志愿者进社区", "入校督导课后服务", "A home visit before term ",
            "Clean-up along the canal ", "专题调研座谈会", "敬老院陪伴日",
            "Training for new volunteers ", "交通文明劝导", "联系学校食堂开放日")
TITLES = 40000


class Chance:
    """A linear congruential generator (the constants of Knuth's MMIX, the
    upper half used)."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407
                      ) % 2**64
        return (self.state >> 33) % n

    def between(self, low, high):
        return low + self.below(high - low + 1)


def record(chance):
    total = chance.between(0, 24)
    number = chance.below(TITLES)
    return (
        KINDS[chance.below(len(KINDS))],
        chance.between(15, 480),
        chance.between(0, 60),
        "true" if chance.below(3) == 0 else "false",
        chance.between(0, 364),
        chance.between(0, total),
        total,
        chance.between(0, 100),
        "org-%02d" % chance.below(ORGANIZATIONS),
        "%s%05d" % (OPENINGS[number % len(OPENINGS)], number),
    )


def main(rows):
    chance = Chance(20211027)
    lines = ["\t".join(COLUMNS)]
    lines += ("\t".join(map(str, record(chance))) for _ in range(rows))
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python3 generate.py ROWS > data.tsv")
    main(int(sys.argv[1]))
