#include "src/pack/text_positions.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "src/pack/literal_positions.h"

namespace duban::pack {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kNowhere = absl::string_view::npos;

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

bool IsNameStart(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_';
}

bool IsName(char c) { return IsNameStart(c) || IsDigit(c); }

// Decimal, 0x… or 0…; false for all else and for what 64 bits do not hold.
bool ParseInteger(absl::string_view token, uint64_t* value) {
  uint64_t base = 10;
  if (token.size() > 1 && token[0] == '0') {
    const bool hex = token[1] == 'x' || token[1] == 'X';
    base = hex ? 16 : 8;
    token.remove_prefix(hex ? 2 : 1);
  }
  if (token.empty()) return false;
  *value = 0;
  for (const char c : token) {
    const unsigned char u = static_cast<unsigned char>(c);
    if (!absl::ascii_isxdigit(u)) return false;
    const uint64_t digit =
        IsDigit(c) ? c - '0' : absl::ascii_tolower(u) - 'a' + 10;
    if (digit >= base || *value > (UINT64_MAX - digit) / base) return false;
    *value = *value * base + digit;
  }
  return true;
}

class TextScan : private Scan {
 public:
  TextScan(const std::vector<FileText>& files, int file, PositionTree* tree,
           Faults* faults)
      : Scan(files, file, tree, faults), clean_(text_) {}

  std::string Run(const Message& so_far);

 private:
  Outcome ScanField(Frame* frame);
  Outcome ScanKnownField(Frame* frame, const FieldDescriptor* field);
  Outcome ScanList(Frame* frame, const FieldDescriptor* field);
  Outcome ScanValue(Frame* frame, const FieldDescriptor* field);
  Outcome ScanMessage(const FieldDescriptor* field, int node);
  Outcome ScanFields(Frame* frame, char closing);
  Outcome ScanScalar(const FieldDescriptor* field);
  Outcome ReadLiterals(std::string* decoded);
  Outcome ScanString(const FieldDescriptor* field);
  Outcome ScanToken(const FieldDescriptor* field);
  Outcome CheckEnum(const FieldDescriptor* field, bool negative,
                    absl::string_view token, size_t begin);
  bool SkipUnknownField();
  bool SkipValue();
  bool SkipBalanced();
  Outcome Unclosed(size_t stray);
  bool BeginsTopLevelBlock(absl::string_view name) const;

  void Space() { pos_ = SkipSpace(text_, pos_, Syntax::kTextFormat); }
  char Peek() const { return pos_ < text_.size() ? text_[pos_] : '\0'; }
  bool AtQuote() const { return Peek() == '"' || Peek() == '\''; }
  bool Take(char c);
  absl::string_view TakeName();
  absl::string_view TakeToken();
  void Blank(size_t begin, size_t end);
  void FindNextBlock(size_t begin);

  std::string clean_;
  const Descriptor* root_ = nullptr;
  std::vector<size_t> open_;  // offsets of the { and < that are not closed
  size_t resume_ = kNowhere;  // where a block that is not closed surely ends
  bool ended_ = false;        // Exhausted()
};

std::string TextScan::Run(const Message& so_far) {
  root_ = so_far.GetDescriptor();
  Frame root = RootFrame(so_far);
  while (true) {
    Space();
    if (pos_ >= text_.size()) break;
    const size_t begin = pos_;
    const int mark = tree_->size();
    const std::vector<int> counts = root.counts;
    if (ScanField(&root) != Outcome::kStop) continue;
    tree_->Truncate(mark);
    root.counts = counts;
    path_.clear();
    open_.clear();
    FindNextBlock(begin);
    Blank(begin, pos_);
  }
  return std::move(clean_);
}

// After a syntax error in the block that begins at `begin`.
void TextScan::FindNextBlock(size_t begin) {
  pos_ = std::max(pos_, begin);
  if (ended_) {
    pos_ = text_.size();
  } else if (resume_ != kNowhere) {
    pos_ = resume_;
  } else {
    do {
      pos_ = text_.find('\n', pos_);
      pos_ = pos_ == kNowhere ? text_.size() : pos_ + 1;
    } while (pos_ < text_.size() && !IsNameStart(text_[pos_]));
  }
  resume_ = kNowhere;
}

void TextScan::Blank(size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    if (clean_[i] != '\n') clean_[i] = ' ';
  }
}

bool TextScan::Take(char c) {
  if (Peek() != c) return false;
  ++pos_;
  return true;
}

absl::string_view TextScan::TakeName() {
  const size_t begin = pos_;
  if (IsNameStart(Peek())) {
    while (IsName(Peek())) ++pos_;
  }
  return text_.substr(begin, pos_ - begin);
}

// A number or a name, or what was meant to be one.
absl::string_view TextScan::TakeToken() {
  const size_t begin = pos_;
  while (IsName(Peek()) || Peek() == '.' || Peek() == '+' ||
         (Peek() == '-' && pos_ > begin)) {
    ++pos_;
  }
  return text_.substr(begin, pos_ - begin);
}

bool TextScan::BeginsTopLevelBlock(absl::string_view name) const {
  const size_t begin = pos_ - name.size();
  return !open_.empty() && begin > 0 && text_[begin - 1] == '\n' &&
         root_->FindFieldByName(std::string(name)) != nullptr;
}

// A block whose end is missing; `stray` is where that shows.
Scan::Outcome TextScan::Unclosed(size_t stray) {
  const LineColumn place = files_[file_].At(stray);
  const bool ended = stray >= text_.size();
  Report(
      At("PACK_SYNTAX", open_.back())
          .Say(absl::StrCat("这个括号没有结束，到", ended ? "文件末尾" : "第 ",
                            ended ? "" : absl::StrCat(place.line, " 行"),
                            "都没有与它配对的括号"),
               absl::StrCat("this bracket is not closed before ",
                            ended ? "the end of the file"
                                  : absl::StrCat("line ", place.line)))
          .Hint("请补上 }", "add the missing }"));
  resume_ = stray;
  return Outcome::kStop;
}

Scan::Outcome TextScan::ScanField(Frame* frame) {
  const size_t begin = pos_;
  if (Exhausted(begin)) {
    ended_ = true;
    return Outcome::kStop;
  }
  const absl::string_view name = TakeName();
  if (name.empty()) {
    Unexpected(begin, "字段名", "the name of a field",
               Peek() == '}' ? "多了一个 }" : "",
               Peek() == '}' ? "there is one } too many" : "");
    return Outcome::kStop;
  }
  const FieldDescriptor* field =
      frame->type->FindFieldByName(std::string(name));
  Outcome outcome = Outcome::kDropped;
  const int mark = tree_->size();
  if (field == nullptr) {
    if (BeginsTopLevelBlock(name)) return Unclosed(begin);
    UnknownField(frame->type, name, begin);
    if (!SkipUnknownField()) return Outcome::kStop;
  } else {
    const size_t length = Enter(*frame, field);
    const bool claimed = Claim(*frame, field, begin);
    Leave(length);
    outcome = ScanKnownField(frame, field);
    if (outcome == Outcome::kStop) return outcome;
    if (!claimed) outcome = Outcome::kDropped;
    if (outcome == Outcome::kKept && !field->is_repeated()) {
      Commit(frame, field);
    }
  }
  const size_t end = pos_;
  Space();
  const bool separated = Take(';') || Take(',');
  if (!separated) pos_ = end;
  if (outcome == Outcome::kDropped) {
    tree_->Truncate(mark);
    Blank(begin, pos_);
  }
  return outcome;
}

// The field's name has been read.
Scan::Outcome TextScan::ScanKnownField(Frame* frame,
                                       const FieldDescriptor* field) {
  const bool message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  Space();
  if (!Take(':') && !message) {
    const absl::string_view name = field->name();
    Unexpected(pos_, absl::StrCat("“", name, "”后面的冒号"),
               absl::StrCat("a colon after '", name, "'"));
    return Outcome::kStop;
  }
  Space();
  if (field->is_repeated() && Peek() == '[') return ScanList(frame, field);
  const Outcome outcome = ScanValue(frame, field);
  if (outcome == Outcome::kKept && field->is_repeated()) Commit(frame, field);
  return outcome;
}

// [a, b]. One bad element drops the whole list: what is left of it would have
// other indexes than the author counts.
Scan::Outcome TextScan::ScanList(Frame* frame, const FieldDescriptor* field) {
  const int count = frame->counts[field->index()];
  Outcome outcome = Outcome::kKept;
  ++pos_;
  Space();
  if (Take(']')) return outcome;
  while (true) {
    Space();
    const Outcome element = ScanValue(frame, field);
    if (element == Outcome::kStop) return element;
    if (element == Outcome::kDropped) outcome = element;
    Commit(frame, field);
    Space();
    if (Take(']')) break;
    if (!Take(',')) {
      Unexpected(pos_, "逗号或 ]", "a comma or ]");
      return Outcome::kStop;
    }
  }
  if (outcome == Outcome::kDropped) frame->counts[field->index()] = count;
  return outcome;
}

Scan::Outcome TextScan::ScanValue(Frame* frame, const FieldDescriptor* field) {
  if (Exhausted(pos_)) {
    ended_ = true;
    return Outcome::kStop;
  }
  const size_t length = Enter(*frame, field);
  const size_t begin = pos_;
  Outcome outcome = Outcome::kKept;
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    // Added first: what it holds hangs below it. Dropped by the caller.
    outcome = ScanMessage(field, AddNode(*frame, field, begin));
  } else {
    outcome = ScanScalar(field);
    if (outcome == Outcome::kKept) AddNode(*frame, field, begin);
  }
  Leave(length);
  return outcome;
}

Scan::Outcome TextScan::ScanMessage(const FieldDescriptor* field, int node) {
  const char opening = Peek();
  if (opening != '{' && opening != '<') {
    const size_t begin = pos_;
    if (!AtQuote() && opening != '-' && !IsName(opening)) {
      Unexpected(begin, "{", "{");
      return Outcome::kStop;
    }
    if (!SkipValue()) return Outcome::kStop;
    WrongType(field, text_.substr(begin, pos_ - begin), begin);
    return Outcome::kDropped;
  }
  if (open_.size() >= static_cast<size_t>(kMaxDepth)) {
    TooDeep(pos_);
    return SkipBalanced() ? Outcome::kDropped : Outcome::kStop;
  }
  open_.push_back(pos_);
  ++pos_;
  Frame frame = NewFrame(field->message_type(), node);
  const Outcome outcome = ScanFields(&frame, opening == '{' ? '}' : '>');
  if (outcome == Outcome::kKept) open_.pop_back();
  return outcome;
}

Scan::Outcome TextScan::ScanFields(Frame* frame, char closing) {
  while (true) {
    Space();
    if (Take(closing)) return Outcome::kKept;
    if (pos_ >= text_.size()) return Unclosed(pos_);
    if (ScanField(frame) == Outcome::kStop) return Outcome::kStop;
  }
}

Scan::Outcome TextScan::ScanScalar(const FieldDescriptor* field) {
  const bool text = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  const char c = Peek();
  if (AtQuote() && text) return ScanString(field);
  if (!text && (c == '-' || IsName(c))) return ScanToken(field);
  const bool readable = AtQuote() || c == '-' || c == '+' || c == '.' ||
                        IsName(c) || c == '{' || c == '<' || c == '[';
  if (!readable) {
    const absl::string_view name = field->name();
    Unexpected(pos_, absl::StrCat("“", name, "”的值"),
               absl::StrCat("the value of '", name, "'"));
    return Outcome::kStop;
  }
  const size_t begin = pos_;
  if (!SkipValue()) return Outcome::kStop;
  WrongType(field, text_.substr(begin, pos_ - begin), begin);
  return Outcome::kDropped;
}

// One or more literals side by side; pos_ ends right behind the last.
Scan::Outcome TextScan::ReadLiterals(std::string* decoded) {
  Outcome outcome = Outcome::kKept;
  size_t end = pos_;
  while (AtQuote()) {
    const size_t opening = pos_;
    switch (ReadLiteral(text_, Syntax::kTextFormat, &pos_, decoded)) {
      case LiteralEnd::kClosed:
        break;
      case LiteralEnd::kUnclosed:
        UnclosedString(opening);
        return Outcome::kDropped;
      case LiteralEnd::kBadEscape:
        if (outcome == Outcome::kKept) BadEscape(pos_);
        SkipBrokenLiteral(text_, text_[opening], &pos_);
        outcome = Outcome::kDropped;
    }
    end = pos_;
    Space();
  }
  pos_ = end;
  return outcome;
}

Scan::Outcome TextScan::ScanString(const FieldDescriptor* field) {
  const size_t begin = pos_;
  std::string decoded;
  const Outcome outcome = ReadLiterals(&decoded);
  if (outcome == Outcome::kKept &&
      field->type() == FieldDescriptor::TYPE_STRING && !IsUtf8(decoded)) {
    NotText(begin);
    return Outcome::kDropped;
  }
  return outcome;
}

Scan::Outcome TextScan::ScanToken(const FieldDescriptor* field) {
  const size_t begin = pos_;
  const bool negative = Take('-');
  if (negative) Space();
  const absl::string_view token = TakeToken();
  uint64_t value = 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_ENUM:
      return CheckEnum(field, negative, token, begin);
    case FieldDescriptor::CPPTYPE_BOOL: {
      const bool word = token == "true" || token == "True" || token == "t" ||
                        token == "false" || token == "False" || token == "f";
      const bool number = ParseInteger(token, &value) && value <= 1;
      if (!negative && (word || number)) return Outcome::kKept;
      break;
    }
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Outcome::kKept;  // none in the schema; protobuf's parser judges
    default:
      if (ParseInteger(token, &value) && FitsInteger(field, negative, value)) {
        return Outcome::kKept;
      }
  }
  WrongType(field, text_.substr(begin, pos_ - begin), begin);
  return Outcome::kDropped;
}

// A name, or the number of one.
Scan::Outcome TextScan::CheckEnum(const FieldDescriptor* field, bool negative,
                                  absl::string_view token, size_t begin) {
  const EnumDescriptor* type = field->enum_type();
  uint64_t number = 0;
  if (!negative && ParseInteger(token, &number) && number <= INT32_MAX &&
      type->FindValueByNumber(static_cast<int>(number)) != nullptr) {
    return Outcome::kKept;
  }
  if (!negative && type->FindValueByName(std::string(token)) != nullptr) {
    return Outcome::kKept;
  }
  UnknownValue(type, text_.substr(begin, pos_ - begin), begin);
  return Outcome::kDropped;
}

// What follows the name of a field that is not known.
bool TextScan::SkipUnknownField() {
  const size_t begin = pos_;
  Space();
  const bool colon = Take(':');
  if (colon) Space();
  if (colon || Peek() == '{' || Peek() == '<') return SkipValue();
  pos_ = begin;  // nothing: a word that stands alone
  return true;
}

// A value that is not looked into.
bool TextScan::SkipValue() {
  const char c = Peek();
  if (c == '{' || c == '<' || c == '[') return SkipBalanced();
  if (AtQuote()) {
    std::string decoded;
    ReadLiterals(&decoded);
    return true;
  }
  if (Take('-')) Space();
  if (!TakeToken().empty()) return true;
  Unexpected(pos_, "一个值", "a value");
  return false;
}

// Whatever stands between the bracket at pos_ and its counterpart. Without
// recursion: nothing limits how deep unknown things are nested.
bool TextScan::SkipBalanced() {
  constexpr absl::string_view kOpening = "{<[";
  constexpr absl::string_view kClosing = "}>]";
  std::string expected;
  std::vector<size_t> opened;
  do {
    Space();
    if (Exhausted(pos_)) {
      ended_ = true;
      return false;
    }
    if (pos_ >= text_.size()) {
      open_.push_back(opened.back());
      Unclosed(pos_);
      return false;
    }
    if (AtQuote()) {
      std::string decoded;
      ReadLiterals(&decoded);
      continue;
    }
    const char c = Peek();
    const size_t begin = pos_++;
    const size_t kind = kOpening.find(c);
    if (kind != absl::string_view::npos) {
      expected.push_back(kClosing[kind]);
      opened.push_back(begin);
    } else if (kClosing.find(c) != absl::string_view::npos) {
      if (c != expected.back()) {
        const std::string wanted(1, expected.back());
        Unexpected(begin, wanted, wanted);
        return false;
      }
      expected.pop_back();
      opened.pop_back();
    }
  } while (!expected.empty());
  return true;
}

}  // namespace

std::string ScanTextFormat(const std::vector<FileText>& files, int file,
                           const Message& so_far, PositionTree* tree,
                           Faults* faults) {
  return TextScan(files, file, tree, faults).Run(so_far);
}

}  // namespace duban::pack
