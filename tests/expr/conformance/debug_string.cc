// Prints a tree of cel-go, character by character as cel-go does.
#include <charconv>
#include <cmath>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/expr/conformance/cel_tree.h"
#include "utf8proc.h"

namespace duban::expr::conformance {
namespace {

// Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols, and of
// spaces only the one of ASCII.
bool IsPrintable(int32_t code_point) {
  if (code_point == ' ') return true;
  switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return false;
    default:
      return true;
  }
}

std::string Escaped(int32_t code_point) {
  switch (code_point) {
    case '\a':
      return "\\a";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\v':
      return "\\v";
    default:
      break;
  }
  if (code_point < 0x80) return absl::StrFormat("\\x%02x", code_point);
  if (code_point < 0x10000) return absl::StrFormat("\\u%04x", code_point);
  return absl::StrFormat("\\U%08x", code_point);
}

absl::string_view NameOfConstant(ConstantKind kind) {
  switch (kind) {
    case ConstantKind::kNull:
      return "Constant_NullValue";
    case ConstantKind::kBool:
      return "Constant_BoolValue";
    case ConstantKind::kInt:
      return "Constant_Int64Value";
    case ConstantKind::kUint:
      return "Constant_Uint64Value";
    case ConstantKind::kNumber:
      return "Constant_DoubleValue";
    case ConstantKind::kString:
      return "Constant_StringValue";
    case ConstantKind::kBytes:
      break;
  }
  return "Constant_BytesValue";
}

absl::string_view NameOfNode(const CelNode& node) {
  switch (node.kind) {
    case CelNode::Kind::kConstant:
      return NameOfConstant(node.constant);
    case CelNode::Kind::kIdent:
      return "Expr_IdentExpr";
    case CelNode::Kind::kSelect:
      return "Expr_SelectExpr";
    case CelNode::Kind::kCall:
      return "Expr_CallExpr";
    case CelNode::Kind::kList:
      return "Expr_ListExpr";
    case CelNode::Kind::kStruct:
      return "Expr_StructExpr";
    case CelNode::Kind::kComprehension:
      break;
  }
  return "Expr_ComprehensionExpr";
}

class Writer {
 public:
  explicit Writer(bool checked) : checked_(checked) {}

  void Write(const CelNode& node);
  std::string Take() { return std::move(out_); }

 private:
  void WriteSelect(const CelNode& node);
  void WriteCall(const CelNode& node);
  void WriteList(const CelNode& node);
  void WriteStruct(const CelNode& node);
  void WriteComprehension(const CelNode& node);
  void WritePart(absl::string_view title);
  void Append(absl::string_view text);
  void NewLine() {
    out_ += '\n';
    at_line_start_ = true;
  }
  void AppendKind(absl::string_view name) {
    if (!checked_) Append(absl::StrCat("^#*expr.", name, "#"));
  }

  const bool checked_;
  std::string out_;
  int indent_ = 0;
  bool at_line_start_ = true;
};

void Writer::Append(absl::string_view text) {
  if (at_line_start_) out_.append(static_cast<size_t>(indent_) * 2, ' ');
  at_line_start_ = false;
  absl::StrAppend(&out_, text);
}

void Writer::Write(const CelNode& node) {
  switch (node.kind) {
    case CelNode::Kind::kConstant:
    case CelNode::Kind::kIdent:
      Append(node.text);
      break;
    case CelNode::Kind::kSelect:
      WriteSelect(node);
      break;
    case CelNode::Kind::kCall:
      WriteCall(node);
      break;
    case CelNode::Kind::kList:
      WriteList(node);
      break;
    case CelNode::Kind::kStruct:
      WriteStruct(node);
      break;
    case CelNode::Kind::kComprehension:
      WriteComprehension(node);
      break;
  }
  AppendKind(NameOfNode(node));
  if (!node.type.empty()) Append(absl::StrCat("~", node.type));
  if (!node.reference.empty()) Append(absl::StrCat("^", node.reference));
}

void Writer::WriteSelect(const CelNode& node) {
  Write(*node.args[0]);
  Append(absl::StrCat(".", node.text));
  if (node.test_only) Append("~test-only~");
}

void Writer::WriteCall(const CelNode& node) {
  size_t i = 0;
  if (node.has_target) {
    Write(*node.args[i++]);
    Append(".");
  }
  Append(node.text);
  Append("(");
  if (i < node.args.size()) {
    ++indent_;
    for (bool first = true; i < node.args.size(); ++i, first = false) {
      if (!first) Append(",");
      NewLine();
      Write(*node.args[i]);
    }
    --indent_;
    NewLine();
  }
  Append(")");
}

void Writer::WriteList(const CelNode& node) {
  Append("[");
  if (!node.args.empty()) {
    ++indent_;
    for (size_t i = 0; i < node.args.size(); ++i) {
      if (i > 0) Append(",");
      NewLine();
      if (!node.optional.empty() && node.optional[i]) Append("?");
      Write(*node.args[i]);
    }
    --indent_;
    NewLine();
  }
  Append("]");
}

void Writer::WriteStruct(const CelNode& node) {
  Append(node.text);
  Append("{");
  const bool is_map = node.text.empty();
  const size_t entries = is_map ? node.args.size() / 2 : node.args.size();
  if (entries > 0) {
    ++indent_;
    for (size_t i = 0; i < entries; ++i) {
      if (i > 0) Append(",");
      NewLine();
      if (!node.optional.empty() && node.optional[i]) Append("?");
      if (is_map) {
        Write(*node.args[2 * i]);
      } else {
        Append(node.fields[i]);
      }
      Append(":");
      Write(*node.args[is_map ? 2 * i + 1 : i]);
      AppendKind("Expr_CreateStruct_Entry");
    }
    --indent_;
    NewLine();
  }
  Append("}");
}

void Writer::WritePart(absl::string_view title) {
  NewLine();
  Append(absl::StrCat("// ", title));
  NewLine();
}

void Writer::WriteComprehension(const CelNode& node) {
  Append("__comprehension__(");
  ++indent_;
  WritePart("Variable");
  Append(absl::StrCat(node.variable, ","));
  WritePart("Target");
  Write(*node.args[0]);
  Append(",");
  WritePart("Accumulator");
  Append(absl::StrCat(node.accumulator, ","));
  WritePart("Init");
  Write(*node.args[1]);
  Append(",");
  WritePart("LoopCondition");
  Write(*node.args[2]);
  Append(",");
  WritePart("LoopStep");
  Write(*node.args[3]);
  Append(",");
  WritePart("Result");
  Write(*node.args[4]);
  Append(")");
  --indent_;
}

}  // namespace

std::string DebugString(const CelNode& tree, bool checked) {
  Writer writer(checked);
  writer.Write(tree);
  return writer.Take();
}

std::string QuoteGo(absl::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) {
    utf8proc_int32_t code_point = -1;
    const utf8proc_ssize_t length = utf8proc_iterate(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
        static_cast<utf8proc_ssize_t>(text.size()), &code_point);
    if (length <= 0) {
      absl::StrAppendFormat(&quoted, "\\x%02x",
                            static_cast<unsigned char>(text[0]));
      text.remove_prefix(1);
      continue;
    }
    const absl::string_view character =
        text.substr(0, static_cast<size_t>(length));
    if (code_point == '"' || code_point == '\\') {
      absl::StrAppend(&quoted, "\\", character);
    } else if (IsPrintable(code_point)) {
      absl::StrAppend(&quoted, character);
    } else {
      absl::StrAppend(&quoted, Escaped(code_point));
    }
    text.remove_prefix(character.size());
  }
  return quoted + "\"";
}

std::string DoubleGo(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Inf" : "+Inf";
  char digits[512];
  auto end = std::to_chars(digits, digits + sizeof digits, number,
                           std::chars_format::scientific)
                 .ptr;
  const std::string scientific(digits, end);
  const int exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
  if (number != 0 && (exponent < -4 || exponent >= 6)) return scientific;
  end = std::to_chars(digits, digits + sizeof digits, number,
                      std::chars_format::fixed)
            .ptr;
  return std::string(digits, end);
}

}  // namespace duban::expr::conformance
