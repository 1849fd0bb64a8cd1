#include "src/pack/json_positions.h"

#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
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

bool IsWordPart(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) || IsDigit(c) ||
         c == '_' || c == '+' || c == '-' || c == '.';
}

const FieldDescriptor* FindField(const Descriptor* type,
                                 const std::string& name) {
  if (const FieldDescriptor* field = type->FindFieldByName(name)) return field;
  for (int i = 0; i < type->field_count(); ++i) {
    if (type->field(i)->json_name() == name) return type->field(i);
  }
  return nullptr;
}

// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
bool IsJsonNumber(absl::string_view word) {
  const auto digits = [&word] {
    size_t n = 0;
    while (n < word.size() && IsDigit(word[n])) ++n;
    const bool leading_zero = n > 1 && word[0] == '0';
    word.remove_prefix(n);
    return n == 0 ? 0 : leading_zero ? 2 : 1;
  };
  if (!word.empty() && word[0] == '-') word.remove_prefix(1);
  if (digits() != 1) return false;
  if (!word.empty() && word[0] == '.') {
    word.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (!word.empty() && (word[0] == 'e' || word[0] == 'E')) {
    word.remove_prefix(1);
    if (!word.empty() && (word[0] == '+' || word[0] == '-')) {
      word.remove_prefix(1);
    }
    if (digits() == 0) return false;
  }
  return word.empty();
}

class JsonScan : private Scan {
 public:
  JsonScan(const std::vector<FileText>& files, int file, PositionTree* tree,
           Faults* faults)
      : Scan(files, file, tree, faults) {}

  std::string Run(const Message& so_far);

 private:
  Outcome ScanObject(Frame* frame);
  Outcome ScanMember(Frame* frame, std::vector<size_t>* given);
  Outcome ScanName(std::string* name);
  Outcome ScanField(Frame* frame, const FieldDescriptor* field);
  Outcome ScanArray(Frame* frame, const FieldDescriptor* field);
  Outcome ScanValue(Frame* frame, const FieldDescriptor* field);
  Outcome ScanMessage(Frame* frame, const FieldDescriptor* field);
  Outcome ScanScalar(const FieldDescriptor* field);
  Outcome ScanString(const FieldDescriptor* field);
  Outcome ScanWord(const FieldDescriptor* field);
  Outcome CheckEnum(const FieldDescriptor* field, absl::string_view name,
                    size_t begin);
  bool CheckInteger(const FieldDescriptor* field, absl::string_view word);
  Outcome ReadString(std::string* decoded);
  Outcome Refuse(const FieldDescriptor* field);
  bool SkipAny();
  void UnexpectedHere(absl::string_view zh, absl::string_view en);

  void Space() { pos_ = SkipSpace(text_, pos_, Syntax::kJson); }
  char Peek() const { return pos_ < text_.size() ? text_[pos_] : '\0'; }
  bool Take(char c) {
    if (Peek() != c) return false;
    ++pos_;
    return true;
  }
  absl::string_view TakeWord();

  std::string clean_;
  int depth_ = 0;
};

std::string JsonScan::Run(const Message& so_far) {
  Frame root = RootFrame(so_far);
  Space();
  if (Peek() != '{') {
    UnexpectedHere("{", "{");
    return "{}";
  }
  if (ScanObject(&root) == Outcome::kKept) {
    Space();
    if (pos_ < text_.size()) UnexpectedHere("文件末尾", "the end of the file");
  }
  return std::move(clean_);
}

void JsonScan::UnexpectedHere(absl::string_view zh, absl::string_view en) {
  const char c = Peek();
  if (c == '#' || c == '/') {
    Unexpected(pos_, zh, en, "JSON 里不能写注释；需要注释时请改用 .textproto",
               "JSON has no comments; use .textproto if you need them");
  } else if (c == '\'') {
    Unexpected(pos_, zh, en, "JSON 只用双引号", "JSON has double quotes only");
  } else {
    Unexpected(pos_, zh, en);
  }
}

absl::string_view JsonScan::TakeWord() {
  const size_t begin = pos_;
  while (IsWordPart(Peek())) ++pos_;
  return text_.substr(begin, pos_ - begin);
}

// pos_ is at the {. Whatever happens, clean_ gets a whole object.
Scan::Outcome JsonScan::ScanObject(Frame* frame) {
  ++pos_;
  clean_.push_back('{');
  Outcome outcome = Outcome::kKept;
  std::vector<size_t> given(frame->type->field_count(), kNowhere);
  Space();
  if (!Take('}')) {
    while (true) {
      const size_t clean_mark = clean_.size();
      const int tree_mark = tree_->size();
      const Outcome member = ScanMember(frame, &given);
      if (member == Outcome::kDropped || member == Outcome::kStop) {
        clean_.resize(clean_mark);
        tree_->Truncate(tree_mark);
      }
      if (member == Outcome::kStop || member == Outcome::kStopKept) {
        outcome = Outcome::kStopKept;
        break;
      }
      Space();
      if (Take('}')) break;
      if (!Take(',')) {
        UnexpectedHere("逗号或 }", "a comma or }");
        outcome = Outcome::kStopKept;
        break;
      }
    }
  }
  clean_.push_back('}');
  return outcome;
}

// "name":
Scan::Outcome JsonScan::ScanName(std::string* name) {
  if (Peek() == '}') {
    Unexpected(pos_, "带引号的字段名", "the name of a field, in quotes",
               "} 前面不能有逗号", "there is no comma before } in JSON");
    return Outcome::kStop;
  }
  if (Peek() != '"') {
    UnexpectedHere("带引号的字段名", "the name of a field, in quotes");
    return Outcome::kStop;
  }
  const Outcome outcome = ReadString(name);
  if (outcome == Outcome::kStop) return outcome;
  Space();
  if (!Take(':')) {
    UnexpectedHere("冒号", "a colon");
    return Outcome::kStop;
  }
  Space();
  return outcome;
}

// `given`: by index of the field, where this object gave it.
Scan::Outcome JsonScan::ScanMember(Frame* frame, std::vector<size_t>* given) {
  Space();
  const size_t begin = pos_;
  if (Exhausted(begin)) return Outcome::kStop;
  std::string name;
  const Outcome named = ScanName(&name);
  if (named == Outcome::kStop) return named;
  const FieldDescriptor* field =
      named == Outcome::kKept ? FindField(frame->type, name) : nullptr;
  if (field == nullptr) {
    if (named == Outcome::kKept) UnknownField(frame->type, name, begin);
    return SkipAny() ? Outcome::kDropped : Outcome::kStop;
  }
  absl::StrAppend(&clean_, clean_.back() == '{' ? "" : ",", "\"", field->name(),
                  "\":");
  const size_t length = Enter(*frame, field);
  bool claimed = false;
  size_t& first = (*given)[field->index()];
  if (first == kNowhere) {
    first = begin;
    claimed = Claim(*frame, field, begin);
  } else {
    Twice(field, field, file_, first, begin);
  }
  Leave(length);
  const Outcome outcome = ScanField(frame, field);
  const bool kept = outcome == Outcome::kKept || outcome == Outcome::kStopKept;
  if (kept && !claimed) {
    return outcome == Outcome::kKept ? Outcome::kDropped : Outcome::kStop;
  }
  if (kept && !field->is_repeated()) Commit(frame, field);
  return outcome;
}

// The value of a member. null says that the field is not given.
Scan::Outcome JsonScan::ScanField(Frame* frame, const FieldDescriptor* field) {
  if (text_.substr(pos_, 4) == "null") {
    const size_t begin = pos_;
    if (TakeWord() == "null") return Outcome::kDropped;
    pos_ = begin;
  }
  if (!field->is_repeated()) return ScanValue(frame, field);
  if (Peek() == '[') return ScanArray(frame, field);
  const size_t length = path_.size();
  absl::StrAppend(&path_, length == 0 ? "" : ".", field->name());
  const Outcome outcome = Refuse(field);
  Leave(length);
  return outcome;
}

// Whatever happens, clean_ gets a whole array.
Scan::Outcome JsonScan::ScanArray(Frame* frame, const FieldDescriptor* field) {
  ++pos_;
  clean_.push_back('[');
  Outcome outcome = Outcome::kKept;
  Space();
  bool more = !Take(']');
  while (more) {
    const size_t clean_mark = clean_.size();
    const int tree_mark = tree_->size();
    if (clean_.back() != '[') clean_.push_back(',');
    Space();
    const Outcome element = ScanValue(frame, field);
    if (element == Outcome::kDropped || element == Outcome::kStop) {
      clean_.resize(clean_mark);
      tree_->Truncate(tree_mark);
    } else {
      Commit(frame, field);
    }
    if (element == Outcome::kStop || element == Outcome::kStopKept) {
      outcome = Outcome::kStopKept;
      break;
    }
    Space();
    more = !Take(']');
    if (more && !Take(',')) {
      UnexpectedHere("逗号或 ]", "a comma or ]");
      outcome = Outcome::kStopKept;
      break;
    }
  }
  clean_.push_back(']');
  return outcome;
}

Scan::Outcome JsonScan::ScanValue(Frame* frame, const FieldDescriptor* field) {
  if (Exhausted(pos_)) return Outcome::kStop;
  const size_t length = Enter(*frame, field);
  Outcome outcome = Outcome::kKept;
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    outcome = ScanMessage(frame, field);
  } else {
    const size_t begin = pos_;
    outcome = ScanScalar(field);
    if (outcome == Outcome::kKept) AddNode(*frame, field, begin);
  }
  Leave(length);
  return outcome;
}

Scan::Outcome JsonScan::ScanMessage(Frame* frame,
                                    const FieldDescriptor* field) {
  if (Peek() != '{') return Refuse(field);
  if (depth_ >= kMaxDepth) {
    TooDeep(pos_);
    return SkipAny() ? Outcome::kDropped : Outcome::kStop;
  }
  ++depth_;
  Frame inner = NewFrame(field->message_type(), AddNode(*frame, field, pos_));
  const Outcome outcome = ScanObject(&inner);
  --depth_;
  return outcome;
}

// A value of the wrong kind.
Scan::Outcome JsonScan::Refuse(const FieldDescriptor* field) {
  const size_t begin = pos_;
  if (!SkipAny()) return Outcome::kStop;
  const absl::string_view found = text_.substr(begin, pos_ - begin);
  if (field->is_repeated() && found.substr(0, 1) != "[") {
    const absl::string_view name = field->name();
    Report(At("PACK_WRONG_TYPE", begin)
               .Say(absl::StrCat("“", name, "”应当是一个列表"),
                    absl::StrCat("'", name, "' takes a list"))
               .Hint("请用 [ ] 括起来", "put it in [ ]"));
  } else {
    WrongType(field, found, begin);
  }
  return Outcome::kDropped;
}

Scan::Outcome JsonScan::ScanScalar(const FieldDescriptor* field) {
  const char c = Peek();
  if (c == '{' || c == '[') return Refuse(field);
  if (c == '"') return ScanString(field);
  if (IsWordPart(c)) return ScanWord(field);
  UnexpectedHere("一个值", "a value");
  return Outcome::kStop;
}

// A value in quotes. protobuf's JSON mapping takes numbers in quotes, too.
Scan::Outcome JsonScan::ScanString(const FieldDescriptor* field) {
  const size_t begin = pos_;
  std::string decoded;
  Outcome outcome = ReadString(&decoded);
  if (outcome != Outcome::kKept) return outcome;
  const absl::string_view found = text_.substr(begin, pos_ - begin);
  std::string written(found);
  bool fits = false;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      fits = field->type() == FieldDescriptor::TYPE_STRING;
      if (fits) break;
      // Base64. protobuf's parser is strict about its last character.
      std::string bytes;
      fits = absl::Base64Unescape(decoded, &bytes);
      written = absl::StrCat("\"", absl::Base64Escape(bytes), "\"");
      break;
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      outcome = CheckEnum(field, decoded, begin);
      if (outcome != Outcome::kKept) return outcome;
      fits = true;
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      break;
    default:
      fits = CheckInteger(field, decoded);
  }
  if (!fits) {
    WrongType(field, found, begin);
    return Outcome::kDropped;
  }
  clean_ += written;
  return Outcome::kKept;
}

Scan::Outcome JsonScan::CheckEnum(const FieldDescriptor* field,
                                  absl::string_view name, size_t begin) {
  const EnumDescriptor* type = field->enum_type();
  if (type->FindValueByName(std::string(name)) != nullptr) {
    return Outcome::kKept;
  }
  UnknownValue(type, name, begin);
  return Outcome::kDropped;
}

bool JsonScan::CheckInteger(const FieldDescriptor* field,
                            absl::string_view word) {
  if (!IsJsonNumber(word)) return false;
  const bool negative = word[0] == '-';
  if (negative) word.remove_prefix(1);
  uint64_t magnitude = 0;
  return absl::SimpleAtoi(word, &magnitude) &&
         FitsInteger(field, negative, magnitude);
}

// true, false, null or a number.
Scan::Outcome JsonScan::ScanWord(const FieldDescriptor* field) {
  const size_t begin = pos_;
  const absl::string_view word = TakeWord();
  const bool truth = word == "true" || word == "false";
  const bool number = IsJsonNumber(word);
  if (!truth && !number && word != "null") {
    pos_ = begin;
    UnexpectedHere("一个值（文字要加双引号）", "a value (text takes quotes)");
    return Outcome::kStop;
  }
  bool fits = false;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      fits = truth;
      break;
    case FieldDescriptor::CPPTYPE_ENUM: {
      int value = 0;
      if (!number) break;
      fits = absl::SimpleAtoi(word, &value) &&
             field->enum_type()->FindValueByNumber(value) != nullptr;
      if (fits) break;
      UnknownValue(field->enum_type(), word, begin);
      return Outcome::kDropped;
    }
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      fits = number;
      break;
    default:
      fits = number && CheckInteger(field, word);
  }
  if (!fits) {
    WrongType(field, word, begin);
    return Outcome::kDropped;
  }
  absl::StrAppend(&clean_, word);
  return Outcome::kKept;
}

// pos_ is at the opening quote.
Scan::Outcome JsonScan::ReadString(std::string* decoded) {
  const size_t begin = pos_;
  switch (ReadLiteral(text_, Syntax::kJson, &pos_, decoded)) {
    case LiteralEnd::kClosed:
      return Outcome::kKept;
    case LiteralEnd::kUnclosed:
      UnclosedString(begin);
      return Outcome::kStop;
    case LiteralEnd::kBadEscape:
      break;
  }
  if (Peek() == '\\') {
    BadEscape(pos_);
  } else {
    Report(At("PACK_SYNTAX", pos_)
               .Say("引号里不能有控制字符",
                    "a control character cannot stand inside quotes")
               .Hint("制表符请写成 \\t", "write a tab as \\t"));
  }
  SkipBrokenLiteral(text_, '"', &pos_);
  return Outcome::kDropped;
}

// Any value at all. Without recursion: nothing limits how deep unknown things
// are nested. What is inside need not be good JSON; it is dropped anyway.
bool JsonScan::SkipAny() {
  std::string expected;
  do {
    Space();
    if (Exhausted(pos_)) return false;
    const char c = Peek();
    if (pos_ >= text_.size()) {
      UnexpectedHere(expected.empty() ? "一个值" : "配对的括号",
                     expected.empty() ? "a value" : "a closing bracket");
      return false;
    }
    if (c == '"') {
      std::string decoded;
      if (ReadString(&decoded) == Outcome::kStop) return false;
    } else if (c == '{' || c == '[') {
      expected.push_back(c == '{' ? '}' : ']');
      ++pos_;
    } else if (!expected.empty() && c == expected.back()) {
      expected.pop_back();
      ++pos_;
    } else if (IsWordPart(c)) {
      TakeWord();
    } else if (!expected.empty() && (c == ',' || c == ':')) {
      ++pos_;
    } else {
      UnexpectedHere("一个值", "a value");
      return false;
    }
  } while (!expected.empty());
  return true;
}

}  // namespace

std::string ScanJson(const std::vector<FileText>& files, int file,
                     const Message& so_far, PositionTree* tree,
                     Faults* faults) {
  return JsonScan(files, file, tree, faults).Run(so_far);
}

}  // namespace duban::pack
