#!/usr/bin/env python3
"""Duban from Python: a pack, a folder of tables, and what they amount to.

    demo.py PACK FOLDER LEDGER AS_OF [OUT.json]

Writes the assessment as JSON to OUT.json, or to standard output, and says on
standard error why the first subject has its points. LEDGER is made where it
does not exist; running the program again adds nothing to it.
"""

import sys

import duban


def main(arguments):
    if len(arguments) not in (4, 5):
        print(__doc__, file=sys.stderr)
        return 2
    pack_path, folder, ledger_path, as_of, *out = arguments
    try:
        pack = duban.Pack.load(pack_path)
        with duban.Ledger.open(ledger_path) as ledger:
            ledger.import_folder(folder, adopt=pack)
            view = ledger.view()
        assessment = view.assess(pack, as_of)
        if out:
            with open(out[0], "wb") as file:
                file.write(assessment.to_json())
        else:
            sys.stdout.buffer.write(assessment.to_json())
        scorecards = assessment.scorecards()
        if scorecards:
            subject = scorecards[0]["subject"]
            print(
                view.explain(pack, as_of, subject).text(),
                file=sys.stderr,
                end="",
            )
    except duban.DubanError as error:
        for fault in error.errors:
            print(
                f"{fault.file}, row {fault.row}, {fault.field}: "
                f"{fault.message_zh} / {fault.message_en} [{fault.reason}]",
                file=sys.stderr,
            )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
