// Members, primaries and literals: the tightly binding half of the grammar.
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/expr/parse_state.h"

namespace duban::expr {
namespace {

// False where the digits (decimal, or hexadecimal after 0x) are no such
// number. The sign belongs to the literal: -9223372036854775808 exists.
bool ParseInteger(const std::string& digits, bool negative, bool is_unsigned,
                  int64_t* value) {
  uint64_t magnitude = 0;
  const bool hex = digits.size() > 1 && (digits[1] == 'x' || digits[1] == 'X');
  const bool read = hex ? absl::SimpleHexAtoi(digits, &magnitude)
                        : absl::SimpleAtoi(digits, &magnitude);
  if (!read) return false;
  const uint64_t most =
      static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (!is_unsigned && magnitude > most + (negative ? 1 : 0)) return false;
  *value = static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
  return true;
}

bool IsFiniteDouble(const std::string& digits) {
  double value = 0;
  return absl::SimpleAtod(digits, &value) && std::isfinite(value);
}

// "a.b.C" where the node is such a chain of names; otherwise empty.
std::string QualifiedName(const Ast& ast, int id) {
  std::string name;
  while (ast.at(id).kind == NodeKind::kSelect && !ast.at(id).is_optional &&
         IsFieldName(ast.at(id).text)) {
    name = absl::StrCat(".", ast.at(id).text, name);
    id = ast.at(id).args[0];
  }
  if (ast.at(id).kind != NodeKind::kIdentifier) return "";
  const std::string& first = ast.at(id).text;
  return first[0] == '@' ? "" : first + name;
}

}  // namespace

int Parser::ParseMember() {
  int operand = ParsePrimary();
  const int depth = depth_;
  while (!Stopped()) {
    int next = 0;
    if (At(TokenKind::kDot)) {
      next = ParseSelection(operand);
    } else if (At(TokenKind::kLeftBracket)) {
      next = ParseIndex(operand);
    } else if (AtMessage(operand)) {
      next = ParseMessage(operand);
    } else {
      break;
    }
    operand = next;
    if (!EnterNesting(1)) break;
    // "((a.b).c).d" is as deep a tree as "a.b.c.d" is.
    if (depth + levels_[operand] > nesting_) FailTooDeep();
  }
  depth_ = depth;
  return operand;
}

int Parser::ParseSelection(int operand) {
  Next();
  Node node;
  node.is_optional = IsCel() && Accept(TokenKind::kQuestion);
  const Token name = Peek();
  if (!At(TokenKind::kIdentifier) && !At(TokenKind::kQuotedIdentifier)) {
    Fail(Peek(), absl::StrCat("“.”后面要写字段名，这里是", Found(true)),
         absl::StrCat("expected a field name after '.', found ", Found(false)));
    return operand;
  }
  Next();
  node.text = name.text;
  node.offset = name.offset;
  node.length = name.length;
  node.begin = ast_.at(operand).begin;
  node.args = {operand};
  const bool is_call = name.kind == TokenKind::kIdentifier &&
                       !node.is_optional && At(TokenKind::kLeftParen);
  if (!is_call) {
    node.kind = NodeKind::kSelect;
    node.end = PreviousEnd();
    return Add(std::move(node));
  }
  const Token opener = Peek();
  Next();
  for (const int id : ParseArguments(opener)) node.args.push_back(id);
  node.kind = NodeKind::kCall;
  node.is_method = true;
  node.end = PreviousEnd();
  return AddCall(std::move(node));
}

int Parser::ParseIndex(int operand) {
  const Token opener = Peek();
  Next();
  const Operator op = IsCel() && Accept(TokenKind::kQuestion)
                          ? Operator::kOptionalIndex
                          : Operator::kIndex;
  const int index = ParseElement();
  Close(TokenKind::kRightBracket, opener);
  return AddOperator(op, opener, {operand, index});
}

// Whether an opening brace begins the fields of a message of that name. In
// CEL the name is not a value, and has no brackets of its own.
bool Parser::AtMessage(int operand) const {
  return operand != 0 && At(TokenKind::kLeftBrace) &&
         (!IsCel() || ast_.at(operand).end == PreviousEnd()) &&
         !QualifiedName(ast_, operand).empty();
}

int Parser::ParseMessage(int operand) {
  const Token opener = Peek();
  Node node;
  node.kind = NodeKind::kMessage;
  node.text = QualifiedName(ast_, operand);
  node.begin = node.offset = ast_.at(operand).begin;
  node.length = ast_.at(operand).end - node.begin;
  Next();
  if (AtLoneComma(TokenKind::kRightBrace)) Next();
  while (!fatal_ && !At(TokenKind::kRightBrace) && !At(TokenKind::kEnd)) {
    ParseOptionalMark(node.args.size(), &node);
    const std::string field = Peek().text;
    if (!At(TokenKind::kIdentifier) && !At(TokenKind::kQuotedIdentifier)) {
      FailUnexpected();
    } else {
      Next();
      if (!Accept(TokenKind::kColon)) FailUnexpected();
    }
    node.fields.push_back(field);
    node.args.push_back(ParseElement());
    if (!Accept(TokenKind::kComma)) break;
  }
  Close(TokenKind::kRightBrace, opener);
  if (!node.optional.empty()) node.optional.resize(node.args.size());
  node.end = PreviousEnd();
  return Add(std::move(node));
}

// The '?' before an element, an entry or a field.
void Parser::ParseOptionalMark(size_t element, Node* node) {
  if (!IsCel() || !Accept(TokenKind::kQuestion)) return;
  node->optional.resize(element + 1);
  node->optional[element] = true;
}

// CEL allows a comma at the end even where nothing is before it: "[,]".
bool Parser::AtLoneComma(TokenKind closer) const {
  return IsCel() && At(TokenKind::kComma) && Peek(1).kind == closer;
}

// One element of a list; after a fault in it, stops before the comma or
// bracket that follows.
int Parser::ParseElement() {
  const int begin = Peek().offset;
  int id = panic_ ? 0 : ParseExpression();
  if (!Stopped() && !At(TokenKind::kComma) && !At(TokenKind::kColon) &&
      !At(TokenKind::kRightParen) && !At(TokenKind::kRightBracket) &&
      !At(TokenKind::kRightBrace) && !At(TokenKind::kEnd)) {
    FailUnexpected();
  }
  if (panic_ && !fatal_) {
    Recover(/*stop_at_comma=*/true);
    id = Bad(begin);
  }
  return id;
}

std::vector<int> Parser::ParseArguments(const Token& opener) {
  std::vector<int> args;
  if (Accept(TokenKind::kRightParen)) return args;
  do {
    args.push_back(ParseElement());
  } while (!Stopped() && Accept(TokenKind::kComma));
  Close(TokenKind::kRightParen, opener);
  return args;
}

int Parser::ParseGroup() {
  const Token opener = Peek();
  Next();
  const int id = ParseExpression();
  const bool bad = panic_;
  Close(TokenKind::kRightParen, opener);
  if (bad && !fatal_) return Bad(opener.offset);
  ++levels_[id];
  return id;
}

int Parser::ParseList() {
  const Token opener = Peek();
  Node node;
  node.kind = NodeKind::kList;
  node.begin = node.offset = opener.offset;
  Next();
  if (AtLoneComma(TokenKind::kRightBracket)) Next();
  while (!Stopped() && !At(TokenKind::kRightBracket) && !At(TokenKind::kEnd)) {
    ParseOptionalMark(node.args.size(), &node);
    node.args.push_back(ParseElement());
    if (!Accept(TokenKind::kComma)) break;
  }
  Close(TokenKind::kRightBracket, opener);
  if (!node.optional.empty()) node.optional.resize(node.args.size());
  node.end = PreviousEnd();
  node.length = node.end - node.offset;
  return Add(std::move(node));
}

int Parser::ParseMap() {
  const Token opener = Peek();
  Node node;
  node.kind = NodeKind::kMap;
  node.begin = node.offset = opener.offset;
  Next();
  if (AtLoneComma(TokenKind::kRightBrace)) Next();
  while (!Stopped() && !At(TokenKind::kRightBrace) && !At(TokenKind::kEnd)) {
    ParseOptionalMark(node.args.size() / 2, &node);
    const int key = ParseElement();
    if (!Stopped() && !Accept(TokenKind::kColon) &&
        ast_.at(key).kind != NodeKind::kError) {
      Fail(Peek(), "映射里的键后面要写“:”和值",
           "a key of a map is followed by ':' and a value");
    }
    const int value = ast_.at(key).kind == NodeKind::kError ? Bad(Peek().offset)
                                                            : ParseElement();
    node.args.push_back(key);
    node.args.push_back(value);
    if (!Accept(TokenKind::kComma)) break;
  }
  Close(TokenKind::kRightBrace, opener);
  if (!node.optional.empty()) node.optional.resize(node.args.size() / 2);
  node.end = PreviousEnd();
  node.length = node.end - node.offset;
  return Add(std::move(node));
}

int Parser::ParsePrimary() {
  switch (Peek().kind) {
    case TokenKind::kLeftParen:
      return ParseGroup();
    case TokenKind::kLeftBracket:
      return ParseList();
    case TokenKind::kLeftBrace:
      return ParseMap();
    case TokenKind::kDot:
    case TokenKind::kIdentifier:
      return ParseName();
    case TokenKind::kMinus:
      Next();
      return ParseLiteral(/*negative=*/true);
    case TokenKind::kInt:
    case TokenKind::kUint:
    case TokenKind::kNumber:
    case TokenKind::kString:
    case TokenKind::kBytes:
    case TokenKind::kTrue:
    case TokenKind::kFalse:
    case TokenKind::kNull:
      return ParseLiteral(/*negative=*/false);
    default:
      FailUnexpected();
      return Bad(Peek().offset);
  }
}

int Parser::ParseName() {
  Node node;
  node.kind = NodeKind::kIdentifier;
  node.begin = node.offset = Peek().offset;
  if (Accept(TokenKind::kDot)) node.text = ".";
  if (!At(TokenKind::kIdentifier)) {
    FailUnexpected();
    return Bad(node.begin);
  }
  if (IsReservedWord(Peek().text)) {
    if (IsOneOf(Peek().text, {"if", "else"})) {
      FailUnexpected();
    } else {
      SourceError* const error =
          Fail(Peek(), absl::StrCat(Found(true), "是保留字，不能作名称"),
               absl::StrCat(Found(false), " is a reserved word, not a name"));
      if (error != nullptr) {
        error->Hint("换一个名称", "choose another name");
      }
    }
    Next();
    return Bad(node.begin);
  }
  node.text += Peek().text;
  Next();
  node.length = PreviousEnd() - node.begin;
  if (At(TokenKind::kLeftParen)) {
    const Token opener = Peek();
    Next();
    node.kind = NodeKind::kCall;
    node.args = ParseArguments(opener);
    node.end = PreviousEnd();
    return AddCall(std::move(node));
  }
  node.end = PreviousEnd();
  return Add(std::move(node));
}

int Parser::ParseLiteral(bool negative) {
  const Token token = Peek();
  Node node;
  node.kind = NodeKind::kConstant;
  node.begin = node.offset = negative ? tokens_[at_ - 1].offset : token.offset;
  Next();
  node.end = PreviousEnd();
  node.length = node.end - node.begin;
  switch (token.kind) {
    case TokenKind::kInt:
    case TokenKind::kUint:
      node.constant = token.kind == TokenKind::kInt ? ConstantKind::kInt
                                                    : ConstantKind::kUint;
      if (!ParseInteger(token.text, negative, token.kind == TokenKind::kUint,
                        &node.integer)) {
        errors_
            ->Add("INT_OVERFLOW", node.offset, node.length,
                  "整数超出 64 位的范围", "the number does not fit in 64 bits")
            .Hint("更大的数请写成小数，例如 1.0e20",
                  "write larger numbers as decimals, for instance 1.0e20");
        node.kind = NodeKind::kError;
      }
      break;
    case TokenKind::kNumber:
      node.constant = ConstantKind::kNumber;
      node.text = (negative ? "-" : "") + token.text;
      if (IsCel() && !IsFiniteDouble(token.text)) {
        errors_->Add("DOUBLE_OVERFLOW", node.offset, node.length,
                     "小数超出 double 的范围",
                     "the number does not fit in a double");
        node.kind = NodeKind::kError;
      }
      break;
    case TokenKind::kString:
      node.constant = ConstantKind::kString;
      node.text = token.text;
      break;
    case TokenKind::kBytes:
      node.constant = ConstantKind::kBytes;
      node.text = token.text;
      break;
    case TokenKind::kTrue:
    case TokenKind::kFalse:
      node.constant = ConstantKind::kBool;
      node.integer = token.kind == TokenKind::kTrue ? 1 : 0;
      break;
    default:
      node.constant = ConstantKind::kNull;
  }
  return Add(std::move(node));
}

}  // namespace duban::expr
