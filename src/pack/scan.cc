#include "src/pack/scan.h"

#include <algorithm>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace duban::pack {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kStride = 1024;

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

void Advance(char c, LineColumn* place) {
  if (c == '\n') {
    ++place->line;
    place->column = 1;
  } else if (!IsContinuation(c)) {
    ++place->column;
  }
}

std::vector<std::string> FieldNames(const Descriptor* type) {
  std::vector<std::string> names;
  for (int i = 0; i < type->field_count(); ++i) {
    names.emplace_back(type->field(i)->name());
  }
  return names;
}

// Without the zero value that only says "nothing was said".
std::vector<std::string> ValueNames(const EnumDescriptor* type) {
  constexpr absl::string_view kUnsaid = "_UNSPECIFIED";
  std::vector<std::string> names;
  for (int i = 0; i < type->value_count(); ++i) {
    const std::string name(type->value(i)->name());
    const bool unsaid =
        name.size() > kUnsaid.size() &&
        absl::string_view(name).substr(name.size() - kUnsaid.size()) == kUnsaid;
    if (!unsaid) names.push_back(name);
  }
  return names;
}

// The ASCII character that a Chinese input method has replaced, or 0.
char AsciiFor(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return static_cast<char>(c - 0xFF01 + '!');
  switch (c) {
    case 0x201C:
    case 0x201D:
      return '"';
    case 0x2018:
    case 0x2019:
      return '\'';
    case 0x3010:
      return '[';
    case 0x3011:
      return ']';
    case 0x3001:
      return ',';
    case 0x3000:
    case 0x00A0:
    case 0xFEFF:
      return ' ';
    default:
      return 0;
  }
}

struct Wanted {
  absl::string_view zh;
  absl::string_view en;
  absl::string_view hint_zh;
  absl::string_view hint_en;
};

Wanted WantedBy(const FieldDescriptor* field) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return {"带引号的文字", "text in quotes", "请加上半角引号，例如 \"2\"",
              "put it in quotes, like \"2\""};
    case FieldDescriptor::CPPTYPE_ENUM:
      return {"一个名称", "a name", "", ""};
    case FieldDescriptor::CPPTYPE_BOOL:
      return {"true 或 false", "true or false", "", ""};
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return {"一段用 { } 括起来的内容", "a block in { }", "", ""};
    default:
      return {"整数", "a whole number",
              "请写成不带引号和小数点的数字，并检查大小",
              "write digits without quotes or a point, and check its size"};
  }
}

}  // namespace

FileText::FileText(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  LineColumn place;
  for (size_t i = 0; i < text_.size(); ++i) {
    if (i % kStride == 0) marks_.push_back(place);
    Advance(text_[i], &place);
  }
  if (text_.size() % kStride == 0) marks_.push_back(place);
}

LineColumn FileText::At(size_t offset) const {
  offset = std::min(offset, text_.size());
  LineColumn place = marks_[offset / kStride];
  for (size_t i = offset / kStride * kStride; i < offset; ++i) {
    Advance(text_[i], &place);
  }
  return place;
}

int PositionTree::Add(const Node& node) {
  const int added = size();
  nodes_.push_back(node);
  children_.emplace(std::make_tuple(node.parent, node.field, node.index),
                    added);
  return added;
}

int PositionTree::Find(int parent, int field, int index) const {
  const auto found = children_.find(std::make_tuple(parent, field, index));
  return found == children_.end() ? -1 : found->second;
}

void PositionTree::Truncate(int size) {
  for (; this->size() > size; nodes_.pop_back()) {
    const Node& last = nodes_.back();
    const auto found =
        children_.find(std::make_tuple(last.parent, last.field, last.index));
    if (found->second + 1 == this->size()) children_.erase(found);
  }
}

Scan::Scan(const std::vector<FileText>& files, int file, PositionTree* tree,
           Faults* faults)
    : files_(files),
      file_(file),
      text_(files[file].text()),
      tree_(tree),
      faults_(faults) {}

Scan::Frame Scan::NewFrame(const Descriptor* type, int node) const {
  Frame frame;
  frame.type = type;
  frame.node = node;
  frame.counts.resize(type->field_count());
  frame.chosen.resize(type->oneof_decl_count());
  return frame;
}

Scan::Frame Scan::RootFrame(const Message& so_far) const {
  Frame frame = NewFrame(so_far.GetDescriptor(), PositionTree::kRoot);
  for (int i = 0; i < frame.type->field_count(); ++i) {
    const FieldDescriptor* field = frame.type->field(i);
    frame.counts[i] =
        field->is_repeated()
            ? so_far.GetReflection()->FieldSize(so_far, field)
            : tree_->Find(PositionTree::kRoot, field->number(), 0) >= 0;
  }
  return frame;
}

bool Scan::Claim(const Frame& frame, const FieldDescriptor* field,
                 size_t offset) {
  if (field->is_repeated()) return true;
  const FieldDescriptor* other = nullptr;
  if (frame.counts[field->index()] > 0) {
    other = field;
  } else if (field->real_containing_oneof() != nullptr) {
    other = frame.chosen[field->real_containing_oneof()->index()];
  }
  if (other == nullptr) return true;
  const int node = tree_->Find(frame.node, other->number(), 0);
  if (node < 0) {
    Twice(field, other, file_, 0, offset);
  } else {
    Twice(field, other, tree_->node(node).file, tree_->node(node).place,
          offset);
  }
  return false;
}

void Scan::Twice(const FieldDescriptor* field, const FieldDescriptor* other,
                 int first_file, size_t first, size_t offset) {
  const FileText& file = files_[first_file];
  const LineColumn at = file.At(first);
  const std::string place =
      absl::StrCat(file.name(), ":", at.line, ":", at.column);
  Fault fault = At("PACK_FIELD_TWICE", offset);
  if (other == field) {
    fault
        .Say(absl::StrCat("字段“", field->name(), "”重复：已在 ", place,
                          " 给出"),
             absl::StrCat("field '", field->name(),
                          "' is given twice; it was given at ", place))
        .Hint("请只保留一处", "keep one of the two");
  } else {
    fault
        .Say(absl::StrCat("“", field->name(), "”与“", other->name(),
                          "”只能给出一个，后者已在 ", place, " 给出"),
             absl::StrCat("only one of '", field->name(), "' and '",
                          other->name(), "' can be given; the latter was at ",
                          place))
        .Hint("请删去其中一个", "remove one of them");
  }
  Report(fault);
}

void Scan::Commit(Frame* frame, const FieldDescriptor* field) {
  ++frame->counts[field->index()];
  if (field->real_containing_oneof() != nullptr) {
    frame->chosen[field->real_containing_oneof()->index()] = field;
  }
}

int Scan::AddNode(const Frame& frame, const FieldDescriptor* field,
                  size_t offset) {
  PositionTree::Node node;
  node.parent = frame.node;
  node.field = field->number();
  node.index = field->is_repeated() ? frame.counts[field->index()] : 0;
  node.file = file_;
  node.place = offset;
  return tree_->Add(node);
}

size_t Scan::Enter(const Frame& frame, const FieldDescriptor* field) {
  const size_t length = path_.size();
  absl::StrAppend(&path_, length == 0 ? "" : ".", field->name());
  if (field->is_repeated()) {
    absl::StrAppend(&path_, "[", frame.counts[field->index()], "]");
  }
  return length;
}

Fault Scan::At(absl::string_view reason, size_t offset,
               absl::StatusCode code) const {
  const LineColumn place = files_[file_].At(offset);
  Fault fault(reason, code);
  fault.At(files_[file_].name(), place.line, place.column).Field(path_);
  return fault;
}

void Scan::Report(const Fault& fault) {
  ++reported_;
  faults_->Add(fault);
}

void Scan::UnknownField(const Descriptor* type, absl::string_view name,
                        size_t offset) {
  const std::string where(type->name());
  const std::string found = Excerpt(name);
  Fault fault = At("PACK_UNKNOWN_FIELD", offset);
  fault.Say(absl::StrCat(where, " 里没有字段“", found, "”"),
            absl::StrCat(where, " has no field '", found, "'"));
  const std::vector<std::string> names = FieldNames(type);
  const std::string nearest = NearestWord(name, names);
  if (!nearest.empty()) {
    fault.Hint(absl::StrCat("是不是“", nearest, "”？"),
               absl::StrCat("did you mean '", nearest, "'?"));
  } else if (names.empty()) {
    fault.Hint("这里应当是空的：{ }", "it should be empty here: { }");
  } else {
    const std::string all = absl::StrJoin(names, ", ");
    fault.Hint(absl::StrCat("这里可以写：", all),
               absl::StrCat("fields here are: ", all));
  }
  Report(fault);
}

void Scan::UnknownValue(const EnumDescriptor* type, absl::string_view value,
                        size_t offset) {
  const std::string found = Excerpt(value);
  Fault fault = At("PACK_UNKNOWN_VALUE", offset);
  fault.Say(absl::StrCat(type->name(), " 里没有“", found, "”这个取值"),
            absl::StrCat(type->name(), " has no value '", found, "'"));
  const std::vector<std::string> names = ValueNames(type);
  const std::string nearest = NearestWord(value, names);
  const std::string all = absl::StrJoin(names, ", ");
  if (!nearest.empty()) {
    fault.Hint(absl::StrCat("是不是 ", nearest, "？可以写：", all),
               absl::StrCat("did you mean ", nearest, "? It can be: ", all));
  } else {
    fault.Hint(absl::StrCat("可以写：", all), absl::StrCat("it can be: ", all));
  }
  Report(fault);
}

void Scan::WrongType(const FieldDescriptor* field, absl::string_view found,
                     size_t offset) {
  const Wanted wanted = WantedBy(field);
  const std::string what = Excerpt(found, 30);
  Fault fault = At("PACK_WRONG_TYPE", offset);
  fault.Say(absl::StrCat("“", field->name(), "”应当是", wanted.zh,
                         "，这里却是 ", what),
            absl::StrCat("'", field->name(), "' takes ", wanted.en,
                         ", but here is ", what));
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    const std::string all = absl::StrJoin(ValueNames(field->enum_type()), ", ");
    fault.Hint(absl::StrCat("可以写：", all), absl::StrCat("it can be: ", all));
  } else if (!wanted.hint_zh.empty()) {
    fault.Hint(wanted.hint_zh, wanted.hint_en);
  }
  Report(fault);
}

void Scan::BadEscape(size_t offset) {
  Report(At("PACK_SYNTAX", offset)
             .Say("引号里的这个反斜杠写法无效",
                  "this backslash sequence means nothing inside quotes")
             .Hint("反斜杠本身要写成 \\\\，引号写成 \\\"，换行写成 \\n",
                   "write a backslash as \\\\, a quote as \\\", a line break "
                   "as \\n"));
}

void Scan::UnclosedString(size_t offset) {
  Report(At("PACK_SYNTAX", offset)
             .Say("从这里开始的引号到行末都没有结束",
                  "the quote that begins here is not closed on its line")
             .Hint("请在行末补上引号；换行写成 \\n",
                   "close it before the line ends; write a line break as \\n"));
}

void Scan::NotText(size_t offset) {
  Report(At("PACK_ENCODING", offset)
             .Say("这段文字解码后不是有效的 UTF-8",
                  "this text is not valid UTF-8 once its escapes are read")
             .Hint("请直接写出汉字，不要写成转义的字节",
                   "write the characters themselves, not escaped bytes"));
}

void Scan::Unexpected(size_t offset, absl::string_view zh, absl::string_view en,
                      absl::string_view hint_zh, absl::string_view hint_en) {
  Fault fault = At("PACK_SYNTAX", offset);
  if (offset >= text_.size()) {
    fault.Say(absl::StrCat("文件在此结束，但这里应当是", zh),
              absl::StrCat("the file ends here, where ", en, " should be"));
    if (!hint_zh.empty()) fault.Hint(hint_zh, hint_en);
    Report(fault);
    return;
  }
  size_t end = offset;
  const char32_t c = NextCodePoint(text_, &end);
  const std::string found = Excerpt(text_.substr(offset, end - offset));
  fault.Say(absl::StrCat("这里应当是", zh, "，却是“", found, "”"),
            absl::StrCat("here should be ", en, ", not '", found, "'"));
  const char ascii = AsciiFor(c);
  if (ascii == ' ') {
    fault.Hint("这是一个特殊的空格，请换成普通空格",
               "this is a special space; use an ordinary one");
  } else if (ascii != 0) {
    const std::string plain(1, ascii);
    fault.Hint(absl::StrCat("这是全角符号，请换成半角的 ", plain),
               absl::StrCat("this is a full-width character; use ", plain));
  } else if (!hint_zh.empty()) {
    fault.Hint(hint_zh, hint_en);
  }
  Report(fault);
}

void Scan::TooDeep(size_t offset) {
  Report(At("PACK_TOO_DEEP", offset)
             .Say(absl::StrCat("嵌套超过 ", kMaxDepth, " 层"),
                  absl::StrCat("nested more than ", kMaxDepth, " deep"))
             .Hint("请减少层次", "use fewer levels"));
}

bool Scan::Exhausted(size_t offset) {
  if (tree_->full()) {
    Report(At("PACK_TOO_LARGE", offset, absl::StatusCode::kResourceExhausted)
               .Say(absl::StrCat("实施包的内容超过 ", PositionTree::kMaxNodes,
                                 " 项，从这里起不再读取"),
                    absl::StrCat("the pack holds more than ",
                                 PositionTree::kMaxNodes,
                                 " values; the rest is not read"))
               .Hint("请把数据移到台账的表格里",
                     "move data into the tables of the ledger"));
    return true;
  }
  if (reported_ < kMaxFaults) return false;
  Report(At("PACK_TOO_MANY_FAULTS", offset)
             .Say(absl::StrCat("这个文件的错误超过 ", kMaxFaults,
                               " 处，从这里起不再读取"),
                  absl::StrCat("the file has more than ", kMaxFaults,
                               " faults; the rest is not read"))
             .Hint("请先改正前面的错误", "mend those before it first"));
  return true;
}

bool Scan::FitsInteger(const FieldDescriptor* field, bool negative,
                       uint64_t magnitude) {
  uint64_t most = 0;
  bool is_signed = true;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      most = std::numeric_limits<int32_t>::max();
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      most = std::numeric_limits<int64_t>::max();
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      most = std::numeric_limits<uint32_t>::max();
      is_signed = false;
      break;
    default:
      most = std::numeric_limits<uint64_t>::max();
      is_signed = false;
  }
  if (!negative) return magnitude <= most;
  return is_signed && magnitude <= most + 1;
}

bool TakePathStep(absl::string_view* path, PathStep* step) {
  const size_t end = std::min(path->find('.'), path->size());
  absl::string_view part = path->substr(0, end);
  path->remove_prefix(std::min(end + 1, path->size()));
  step->index = 0;
  const size_t bracket = part.find('[');
  if (bracket != absl::string_view::npos) {
    if (part.back() != ']' ||
        !absl::SimpleAtoi(part.substr(bracket + 1, part.size() - bracket - 2),
                          &step->index)) {
      return false;
    }
    part = part.substr(0, bracket);
  }
  step->name = std::string(part);
  return !part.empty();
}

}  // namespace duban::pack
