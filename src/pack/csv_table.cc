#include "src/pack/csv_table.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/text.h"
#include "src/table/csv.h"

namespace duban::pack {
namespace {

using google::protobuf::Descriptor;

// "tables/grades.csv" → "grades"
absl::string_view IdOf(absl::string_view name) {
  const size_t slash = name.rfind('/');
  if (slash != absl::string_view::npos) name.remove_prefix(slash + 1);
  return name.substr(0, name.rfind('.'));
}

int FieldNumber(const Descriptor* type, const char* name) {
  return type->FindFieldByName(name)->number();
}

class TableFiller : public table::CsvVisitor {
 public:
  TableFiller(const std::string& name, int file, PositionTree* tree,
              Faults* faults)
      : name_(name), file_(file), tree_(tree), faults_(faults) {}

  bool FindTable(v1::Pack* pack);
  bool Headings(const table::CsvRow& headings) override;
  void Row(const table::CsvRow& row) override;

 private:
  Fault At(absl::string_view reason, int line) const {
    Fault fault(reason);
    fault.At(name_, line, 0);
    return fault;
  }

  const std::string& name_;
  const int file_;
  PositionTree* const tree_;
  Faults* const faults_;
  v1::LookupTable* table_ = nullptr;
  int node_ = PositionTree::kRoot;  // of the table
  std::vector<std::string> wanted_;
  std::vector<size_t> order_;  // of the wanted columns in the file
  bool full_ = false;
};

bool TableFiller::FindTable(v1::Pack* pack) {
  const absl::string_view id = IdOf(name_);
  std::vector<std::string> ids;
  for (int i = 0; i < pack->table_size(); ++i) {
    v1::LookupTable* table = pack->mutable_table(i);
    ids.push_back(table->id());
    if (table->id() != id) continue;
    table_ = table;
    node_ = tree_->Find(PositionTree::kRoot,
                        FieldNumber(v1::Pack::descriptor(), "table"), i);
    break;
  }
  if (table_ == nullptr) {
    const std::string shown = Excerpt(id);
    const std::string nearest = NearestWord(id, ids);
    Fault fault = At("PACK_TABLE_UNKNOWN", 0);
    fault.Say(absl::StrCat("实施包没有声明表“", shown, "”"),
              absl::StrCat("the pack declares no table '", shown, "'"));
    if (nearest.empty()) {
      fault.Hint("请在实施包里写 table { id … }，或删去这个文件",
                 "write table { id … } in the pack, or remove this file");
    } else {
      fault.Hint(
          absl::StrCat("文件名是不是应为“", nearest, ".csv”？"),
          absl::StrCat("should the file be called '", nearest, ".csv'?"));
    }
    faults_->Add(fault);
    return false;
  }
  if (table_->band_size() == 0 && table_->row_size() == 0) return true;
  const std::string shown = Excerpt(id);
  faults_->Add(
      At("PACK_TABLE_TWICE", 0)
          .Say(absl::StrCat("表“", shown, "”的内容已经写在别处"),
               absl::StrCat("table '", shown, "' has its rows elsewhere"))
          .Hint("请只保留一处：要么写在实施包里，要么写在 CSV 里",
                "keep them in one place: in the pack, or in the CSV file"));
  return false;
}

bool TableFiller::Headings(const table::CsvRow& headings) {
  wanted_.clear();
  for (const v1::Column& column : table_->column()) {
    wanted_.push_back(column.id());
  }
  if (wanted_.empty()) wanted_ = {"from", "until"};
  wanted_.push_back("value");
  const std::string all = absl::StrJoin(wanted_, ",");
  bool good = true;
  if (std::count(wanted_.begin(), wanted_.end(), "value") > 1) {
    faults_->Add(At("DUPLICATE_COLUMN", headings.line)
                     .Field("value")
                     .Say("有一列也叫“value”，与结果列混淆",
                          "a column is called 'value', as the result is")
                     .Hint("请给这一列改名", "give the column another name"));
    good = false;
  }
  for (const std::string& heading : headings.cells) {
    if (std::find(wanted_.begin(), wanted_.end(), heading) != wanted_.end()) {
      continue;
    }
    const std::string shown = Excerpt(heading);
    faults_->Add(At("UNKNOWN_COLUMN", headings.line)
                     .Field(heading)
                     .Say(absl::StrCat("这张表没有“", shown, "”这一列"),
                          absl::StrCat("the table has no column '", shown, "'"))
                     .Hint(absl::StrCat("表头应当是：", all),
                           absl::StrCat("the headings are: ", all)));
    good = false;
  }
  for (const std::string& column : wanted_) {
    const auto found =
        std::find(headings.cells.begin(), headings.cells.end(), column);
    if (found == headings.cells.end()) {
      const std::string shown = Excerpt(column);
      faults_->Add(At("COLUMN_REQUIRED", headings.line)
                       .Field(column)
                       .Say(absl::StrCat("缺少“", shown, "”这一列"),
                            absl::StrCat("the column '", shown, "' is missing"))
                       .Hint(absl::StrCat("表头应当是：", all),
                             absl::StrCat("the headings are: ", all)));
      good = false;
    }
    order_.push_back(static_cast<size_t>(found - headings.cells.begin()));
  }
  return good;
}

void TableFiller::Row(const table::CsvRow& row) {
  if (full_) return;
  if (tree_->full()) {
    full_ = true;
    faults_->Add(
        At("PACK_TOO_LARGE", row.line)
            .Say(absl::StrCat("实施包的内容超过 ", PositionTree::kMaxNodes,
                              " 项，从这一行起不再读取"),
                 absl::StrCat("the pack holds more than ",
                              PositionTree::kMaxNodes,
                              " values; this row and those after it are not "
                              "read"))
            .Hint("请减少行数", "use fewer rows"));
    return;
  }
  const bool bands = table_->column_size() == 0;
  const Descriptor* type =
      bands ? v1::Band::descriptor() : v1::Row::descriptor();
  PositionTree::Node node;
  node.parent = node_;
  node.field =
      FieldNumber(v1::LookupTable::descriptor(), bands ? "band" : "row");
  node.index = bands ? table_->band_size() : table_->row_size();
  node.file = file_;
  node.place = static_cast<size_t>(std::max(row.line, 0));
  node.row = static_cast<int>(row.number);
  node.parent = tree_->Add(node);
  const auto cell = [&](size_t i, const char* field, int index) {
    node.field = FieldNumber(type, field);
    node.index = index;
    tree_->Add(node);
    return row.cells[order_[i]];
  };
  if (bands) {
    v1::Band* band = table_->add_band();
    band->set_from(cell(0, "from", 0));
    band->set_until(cell(1, "until", 0));
    band->set_value(cell(2, "value", 0));
    return;
  }
  v1::Row* added = table_->add_row();
  const int columns = table_->column_size();
  for (int i = 0; i < columns; ++i) added->add_cell(cell(i, "cell", i));
  added->set_value(cell(columns, "value", 0));
}

}  // namespace

void FillTable(const std::string& name, absl::string_view bytes, int file,
               v1::Pack* pack, PositionTree* tree, Faults* faults) {
  TableFiller filler(name, file, tree, faults);
  if (filler.FindTable(pack)) table::ReadCsv(name, bytes, &filler, faults);
}

}  // namespace duban::pack
