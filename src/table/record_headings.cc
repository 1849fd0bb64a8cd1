#include "src/table/record_headings.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/text.h"

namespace duban::table {
namespace {

std::vector<std::string> AllHeadings(const RecordSchema& schema) {
  std::vector<std::string> all;
  for (const Column& column : schema.columns()) {
    all.push_back(column.name);
    all.push_back(column.zh);
  }
  return all;
}

Fault UnknownColumn(const RecordSchema& schema, const RowPlace& place,
                    absl::string_view heading, size_t i) {
  Fault fault = place.Wrong("UNKNOWN_COLUMN", heading);
  if (heading.empty()) {
    return fault
        .Say(absl::StrCat("第 ", i + 1, " 列没有表头"),
             absl::StrCat("column ", i + 1, " has no heading"))
        .Hint("请补上表头或删去这一列", "give it a heading or remove it");
  }
  const std::string shown = Excerpt(heading);
  fault.Say(absl::StrCat("“", schema.zh(), "”表没有“", shown, "”这一列"),
            absl::StrCat("the table ", schema.name(), " has no column '", shown,
                         "'"));
  const std::string nearest = NearestWord(heading, AllHeadings(schema));
  if (nearest.empty()) {
    return fault.Hint("请改名或删去这一列；各列的名称见表格说明",
                      "rename or remove it; the documentation of the tables "
                      "lists the columns");
  }
  return fault.Hint(absl::StrCat("是否应为“", nearest, "”？"),
                    absl::StrCat("did you mean '", nearest, "'?"));
}

Fault TwiceTheColumn(const RowPlace& place, absl::string_view first,
                     absl::string_view second) {
  return place.Wrong("DUPLICATE_COLUMN", second)
      .Say(absl::StrCat("“", first, "”和“", second, "”是同一列"),
           absl::StrCat("'", first, "' and '", second, "' are the same column"))
      .Hint("请删去其中一列", "remove one of them");
}

Fault MissingColumn(const RowPlace& place, const Column& column) {
  return place.Wrong("COLUMN_REQUIRED", "")
      .Say(absl::StrCat("缺少必填的列“", column.zh, "”"),
           absl::StrCat("the required column '", column.name, "' is missing"))
      .Hint(absl::StrCat("请增加一列，表头写“", column.zh, "”或“", column.name,
                         "”"),
            absl::StrCat("add a column with the heading '", column.name,
                         "' or '", column.zh, "'"));
}

}  // namespace

RecordHeadings::RecordHeadings(const RecordSchema& schema,
                               const RowPlace& place,
                               std::vector<std::string> headings,
                               Faults* faults)
    : headings_(std::move(headings)), cells_(schema.columns().size(), -1) {
  for (size_t i = 0; i < headings_.size(); ++i) {
    const int column = schema.FindColumn(headings_[i]);
    columns_.push_back(column);
    if (column < 0) {
      faults->Add(UnknownColumn(schema, place, headings_[i], i));
      continue;
    }
    int& cell = cells_[static_cast<size_t>(column)];
    if (cell < 0) {
      cell = static_cast<int>(i);
      continue;
    }
    faults->Add(TwiceTheColumn(place, headings_[static_cast<size_t>(cell)],
                               headings_[i]));
    complete_ = false;
  }
  for (int i = 0; i < schema.column_count(); ++i) {
    if (!schema.column(i).required || cell_of(i) >= 0) continue;
    faults->Add(MissingColumn(place, schema.column(i)));
    complete_ = false;
  }
}

bool RecordHeadings::any_known() const {
  return std::any_of(columns_.begin(), columns_.end(),
                     [](int column) { return column >= 0; });
}

Fault RequiredIsMissing(const RowPlace& place, absl::string_view heading) {
  return place.Wrong("FIELD_REQUIRED", heading)
      .Say(absl::StrCat("必填项“", heading, "”没有填写"),
           absl::StrCat("the required cell '", heading, "' is empty"))
      .Hint("请填写", "fill it in");
}

SeenIds::SeenIds(const RecordSchema& schema) {
  // "Put again with a later `since`, it is a new version": organization.proto
  if (schema.kind() == v1::ORGANIZATION || schema.kind() == v1::PERSON) {
    version_column_ = schema.FindColumn("since");
  }
}

bool SeenIds::Add(const RowPlace& place, absl::string_view heading,
                  absl::string_view id, absl::string_view version,
                  Faults* faults) {
  if (id.empty()) return true;
  std::string key(id);
  if (version_column_ >= 0) {
    // No id has a NUL byte in it, so the two cannot run into each other.
    key.push_back('\0');
    absl::StrAppend(&key, version);
  }
  const auto [it, first] = rows_.emplace(std::move(key), place.row);
  if (first) return true;
  const std::string shown = Excerpt(id);
  faults->Add(
      place.Wrong("DUPLICATE_ID", heading)
          .Say(absl::StrCat("编号“", shown, "”与第 ", it->second, " 条重复"),
               absl::StrCat("the id '", shown, "' is that of row ", it->second))
          .Hint(version_column_ < 0
                    ? "请更改编号或删去其中一条"
                    : "请更改编号、删去其中一条，或为新的一版另写起始日期",
                version_column_ < 0
                    ? "give another id or remove one of the rows"
                    : "give another id, remove one of the rows, or give "
                      "the later version a date of its own in since"));
  return false;
}

}  // namespace duban::table
