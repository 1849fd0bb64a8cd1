#include "src/expr/parser.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/expr/macros.h"
#include "src/expr/parse_state.h"

namespace duban::expr {
namespace {

Operator RelationOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::kEqual:
      return Operator::kEqual;
    case TokenKind::kNotEqual:
      return Operator::kNotEqual;
    case TokenKind::kLess:
      return Operator::kLess;
    case TokenKind::kLessEqual:
      return Operator::kLessEqual;
    case TokenKind::kGreater:
      return Operator::kGreater;
    case TokenKind::kGreaterEqual:
      return Operator::kGreaterEqual;
    case TokenKind::kIn:
      return Operator::kIn;
    default:
      return Operator::kNone;
  }
}

Operator SumOf(TokenKind kind) {
  if (kind == TokenKind::kPlus) return Operator::kAdd;
  if (kind == TokenKind::kMinus) return Operator::kSubtract;
  return Operator::kNone;
}

Operator ProductOf(TokenKind kind) {
  if (kind == TokenKind::kStar) return Operator::kMultiply;
  if (kind == TokenKind::kSlash) return Operator::kDivide;
  if (kind == TokenKind::kPercent) return Operator::kModulo;
  return Operator::kNone;
}

}  // namespace

bool IsOneOf(absl::string_view word,
             std::initializer_list<absl::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Ast Parser::Run() {
  if (!errors_->empty() && tokens_.size() == 1) {
    fatal_ = true;
  } else if (At(TokenKind::kEnd)) {
    errors_->Add("SYNTAX", 0, 0, "表达式是空的", "the expression is empty");
    fatal_ = true;
  }
  if (!fatal_) {
    ast_.root = ParseExpression();
    if (!At(TokenKind::kEnd)) FailUnexpected();
  }
  if (fatal_ || ast_.root == 0) {
    Ast failed;
    failed.nodes.resize(2);
    failed.root = 1;
    return failed;
  }
  return std::move(ast_);
}

SourceError* Parser::Fail(const Token& token, absl::string_view zh,
                          absl::string_view en) {
  if (Stopped()) return nullptr;
  panic_ = true;
  // A fault of the lexer just before is the likely cause: say it once.
  const int from = at_ == 0 ? 0 : tokens_[at_ - 1].offset;
  if (errors_->AnyIn(from, Peek().offset + 1)) return nullptr;
  return &errors_->Add("SYNTAX", token.offset, token.length, zh, en);
}

void Parser::FailFatally(absl::string_view reason, const Token& token,
                         absl::string_view zh, absl::string_view en,
                         absl::string_view hint_zh, absl::string_view hint_en) {
  if (fatal_) return;
  fatal_ = true;
  errors_->Add(reason, token.offset, token.length, zh, en)
      .Hint(hint_zh, hint_en);
}

std::string Parser::Found(bool chinese) const {
  if (At(TokenKind::kEnd)) {
    return chinese ? "表达式的末尾" : "the end of the expression";
  }
  const absl::string_view found = text_.substr(Peek().offset, Peek().length);
  const absl::string_view shown = found.substr(0, found.find('\n'));
  return chinese ? absl::StrCat("“", shown, "”")
                 : absl::StrCat("'", shown, "'");
}

void Parser::FailUnexpected() {
  SourceError* const error =
      Fail(Peek(), absl::StrCat("没料到这里是", Found(true)),
           absl::StrCat("did not expect ", Found(false), " here"));
  if (error == nullptr) return;
  if (IsOneOf(Peek().text, {"if", "else", "then", "when", "case"})) {
    error->Hint("条件写成：条件 ? 成立时的值 : 不成立时的值",
                "write a condition as: test ? value if true : value if false");
  } else if (At(TokenKind::kEnd)) {
    error->Hint("运算符后面还缺一个值",
                "a value is missing after the operator");
  } else if (At(TokenKind::kIdentifier) || At(TokenKind::kInt) ||
             At(TokenKind::kString) || At(TokenKind::kNumber)) {
    error->Hint("两个值之间少了运算符或逗号？",
                "is an operator or a comma missing between two values?");
  }
}

// Skips to a comma (if told), or to the bracket that closes the group that
// the parser is in.
void Parser::Recover(bool stop_at_comma) {
  int open = 0;
  for (; !At(TokenKind::kEnd); Next()) {
    switch (Peek().kind) {
      case TokenKind::kLeftParen:
      case TokenKind::kLeftBracket:
      case TokenKind::kLeftBrace:
        ++open;
        break;
      case TokenKind::kRightParen:
      case TokenKind::kRightBracket:
      case TokenKind::kRightBrace:
        if (open == 0) {
          panic_ = false;
          return;
        }
        --open;
        break;
      case TokenKind::kComma:
        if (open == 0 && stop_at_comma) {
          panic_ = false;
          return;
        }
        break;
      default:
        break;
    }
  }
}

// Takes the bracket that closes `opener`, or reports that it is not there.
void Parser::Close(TokenKind closer, const Token& opener) {
  if (fatal_) return;
  if (panic_) Recover(/*stop_at_comma=*/false);
  if (Accept(closer) || Stopped()) return;
  const absl::string_view bracket = text_.substr(opener.offset, opener.length);
  if (At(TokenKind::kEnd)) {
    Fail(opener, absl::StrCat("左括号“", bracket, "”没有对应的右括号"),
         absl::StrCat("'", bracket, "' is never closed"));
    return;
  }
  FailUnexpected();
  Recover(false);
  Accept(closer);
}

int Parser::Add(Node node) {
  if (static_cast<int>(ast_.nodes.size()) > most_nodes_) {
    FailFatally("TOO_MANY_NODES", Peek(),
                absl::StrCat("表达式太大：超过 ", most_nodes_, " 个节点"),
                absl::StrCat("the expression is too large: more than ",
                             most_nodes_, " nodes"),
                "把它拆成几个指标或一张表", "split it into metrics or a table");
    return 0;
  }
  levels_.push_back(LevelsOf(node));
  ast_.nodes.push_back(std::move(node));
  return static_cast<int>(ast_.nodes.size()) - 1;
}

// Of a kCall, which may be that of a macro.
int Parser::AddCall(Node node) {
  const int id = Add(std::move(node));
  if (id != 0) ExpandMacro(&ast_, id, profile_, errors_);
  return id;
}

// Counted as EnterNesting() counts on the way down.
int Parser::LevelsOf(const Node& node) const {
  int levels = 0;
  for (size_t i = 0; i < node.args.size(); ++i) {
    const bool is_else = node.op == Operator::kConditional && i == 2;
    levels = std::max(levels, levels_[node.args[i]] + (is_else ? 1 : 0));
  }
  const bool counts =
      node.kind != NodeKind::kOperator || node.op == Operator::kNot ||
      node.op == Operator::kNegate || node.op == Operator::kIndex ||
      node.op == Operator::kOptionalIndex;
  return levels + (counts && !node.args.empty() ? 1 : 0);
}

int Parser::Bad(int begin) {
  Node node;
  node.begin = node.offset = begin;
  node.end = std::max(begin, PreviousEnd());
  node.length = node.end - begin;
  return Add(std::move(node));
}

int Parser::AddOperator(Operator op, const Token& token,
                        std::vector<int> args) {
  Node node;
  node.kind = NodeKind::kOperator;
  node.op = op;
  node.offset = token.offset;
  node.length = token.length;
  node.begin = std::min(token.offset, ast_.at(args[0]).begin);
  node.end = std::max(PreviousEnd(), token.offset + token.length);
  node.args = std::move(args);
  return Add(std::move(node));
}

bool Parser::EnterNesting(int levels) {
  depth_ += levels;
  if (depth_ <= nesting_) return true;
  FailTooDeep();
  return false;
}

void Parser::FailTooDeep() {
  FailFatally(
      "TOO_DEEP", Peek(), absl::StrCat("嵌套太深：超过 ", nesting_, " 层"),
      absl::StrCat("nested too deeply: more than ", nesting_, " levels"),
      "把它拆成几个指标；一长串 ?: 可以改用 lookup() 查表",
      "split it into metrics; a long chain of ?: can be a table read "
      "by lookup()");
}

bool Parser::AtWord(std::initializer_list<absl::string_view> words) const {
  return At(TokenKind::kIdentifier) && IsOneOf(Peek().text, words);
}

// Reports a word that stands where an operator is meant, and goes on as if
// the operator had been written.
void Parser::FailWord(absl::string_view meant) {
  SourceError* const error =
      Fail(Peek(), absl::StrCat(Found(true), "不是运算符"),
           absl::StrCat(Found(false), " is not an operator"));
  if (error != nullptr) {
    error->Hint(absl::StrCat("请写 ", meant), absl::StrCat("write ", meant));
  }
  if (!fatal_) panic_ = false;
}

int Parser::ParseExpression() {
  int result = 0;
  if (!Stopped() && EnterNesting(1)) result = ParseConditional();
  --depth_;
  return result != 0 ? result : Bad(Peek().offset);
}

int Parser::ParseConditional() {
  const int test = ParseOr();
  if (Stopped() || !At(TokenKind::kQuestion)) return test;
  const Token question = Peek();
  Next();
  const int yes = ParseOr();
  if (!Stopped() && At(TokenKind::kQuestion)) {
    SourceError* const error =
        Fail(Peek(), "? 和 : 之间的 ?: 要加括号",
             "a ?: between ? and : must be in parentheses");
    if (error != nullptr) {
      error->Hint("例如 a ? (b ? 1 : 2) : 3",
                  "for instance a ? (b ? 1 : 2) : 3");
    }
    return test;
  }
  if (!Stopped() && !At(TokenKind::kColon)) {
    SourceError* const error =
        Fail(Peek(), absl::StrCat("? 后面缺少 :，这里是", Found(true)),
             absl::StrCat("expected : after ?, found ", Found(false)));
    if (error != nullptr) {
      error->Hint("条件写成：条件 ? 成立时的值 : 不成立时的值",
                  "write a condition as: test ? value if true : value if "
                  "false");
    }
  }
  if (Stopped()) return test;
  Next();
  const int no = ParseExpression();
  return AddOperator(Operator::kConditional, question, {test, yes, no});
}

int Parser::ParseOr() {
  std::vector<int> args = {ParseAnd()};
  Token first;
  while (!Stopped()) {
    const bool word = AtWord({"or", "OR", "或", "或者"});
    if (word) FailWord("||");
    if (!word && !At(TokenKind::kOr)) break;
    if (args.size() == 1) first = Peek();
    Next();
    args.push_back(ParseAnd());
  }
  if (args.size() == 1) return args[0];
  return AddOperator(Operator::kOr, first, std::move(args));
}

int Parser::ParseAnd() {
  std::vector<int> args = {ParseRelation()};
  Token first;
  while (!Stopped()) {
    const bool word = AtWord({"and", "AND", "且", "并且"});
    if (word) FailWord("&&");
    if (!word && !At(TokenKind::kAnd)) break;
    if (args.size() == 1) first = Peek();
    Next();
    args.push_back(ParseRelation());
  }
  if (args.size() == 1) return args[0];
  return AddOperator(Operator::kAnd, first, std::move(args));
}

int Parser::ParseRelation() {
  int left = ParseSum();
  while (!Stopped()) {
    if (AtWord({"not"}) && Peek(1).kind == TokenKind::kIn) {
      FailWord("!(x in xs)");
      Next();
    }
    const Operator op = RelationOf(Peek().kind);
    if (op == Operator::kNone) break;
    const Token token = Peek();
    Next();
    const int right = ParseSum();
    left = AddOperator(op, token, {left, right});
  }
  return left;
}

int Parser::ParseSum() {
  int left = ParseProduct();
  while (!Stopped()) {
    const Operator op = SumOf(Peek().kind);
    if (op == Operator::kNone) break;
    const Token token = Peek();
    Next();
    const int right = ParseProduct();
    left = AddOperator(op, token, {left, right});
  }
  return left;
}

int Parser::ParseProduct() {
  int left = ParseUnary();
  while (!Stopped()) {
    const Operator op = ProductOf(Peek().kind);
    if (op == Operator::kNone) break;
    const Token token = Peek();
    Next();
    const int right = ParseUnary();
    left = AddOperator(op, token, {left, right});
  }
  return left;
}

// Operators are gathered first, so that a chain of them costs no stack.
int Parser::ParseUnary() {
  std::vector<Token> signs;
  while (!Stopped()) {
    const bool word =
        AtWord({"not", "NOT"}) &&
        (Peek(1).kind == TokenKind::kIdentifier ||
         Peek(1).kind == TokenKind::kTrue || Peek(1).kind == TokenKind::kFalse);
    if (word) {
      FailWord("!");
    } else if (At(TokenKind::kMinus)) {
      const TokenKind next = Peek(1).kind;
      if (next == TokenKind::kInt || next == TokenKind::kNumber) break;
    } else if (!At(TokenKind::kNot)) {
      break;
    }
    // The grammar has "!!x" and "--x", but not "!-x".
    if (IsCel() && !signs.empty() && signs.back().kind != Peek().kind) {
      FailUnexpected();
      break;
    }
    signs.push_back(Peek());
    if (word) signs.back().kind = TokenKind::kNot;
    Next();
  }
  const int levels = static_cast<int>(signs.size());
  const int depth = depth_;
  int operand = 0;
  if (!Stopped() && (levels == 0 || EnterNesting(levels))) {
    operand = ParseMember();
  } else {
    operand = Bad(Peek().offset);
  }
  depth_ = depth;
  while (!fatal_ && !signs.empty()) {
    const Operator op = signs.back().kind == TokenKind::kNot
                            ? Operator::kNot
                            : Operator::kNegate;
    operand = AddOperator(op, signs.back(), {operand});
    signs.pop_back();
  }
  return operand;
}

Ast Parse(absl::string_view text, Profile profile, const Limits& limits,
          SourceErrors* errors) {
  return Parser(text, profile, limits, errors).Run();
}

}  // namespace duban::expr
