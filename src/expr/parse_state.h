// The parser's state and its productions; private to parser.cc and
// parse_member.cc, which implement it. See parser.h for what it does.
// Belongs to one parse; not thread-safe.
#ifndef DUBAN_SRC_EXPR_PARSE_STATE_H_
#define DUBAN_SRC_EXPR_PARSE_STATE_H_

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/expr/ast.h"
#include "src/expr/lexer.h"
#include "src/expr/source.h"

namespace duban::expr {

class Parser {
 public:
  Parser(absl::string_view text, Profile profile, const Limits& limits,
         SourceErrors* errors)
      : text_(text),
        profile_(profile),
        errors_(errors),
        tokens_(Lex(text, profile, limits, errors)),
        nesting_(std::min(limits.nesting, kMostNesting)),
        most_nodes_(limits.nodes) {
    ast_.nodes.emplace_back();
    levels_.push_back(0);
  }

  Ast Run();

 private:
  // More would not be safe on the small stacks some hosts give their threads.
  static constexpr int kMostNesting = 128;

  // Tokens.
  const Token& Peek(size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  bool At(TokenKind kind) const { return Peek().kind == kind; }
  void Next() {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  bool Accept(TokenKind kind) {
    if (!At(kind)) return false;
    Next();
    return true;
  }
  int PreviousEnd() const {
    return at_ == 0 ? 0 : tokens_[at_ - 1].offset + tokens_[at_ - 1].length;
  }
  bool Stopped() const { return panic_ || fatal_; }
  bool IsCel() const { return profile_ == Profile::kCel; }

  // Faults. While in panic nothing more is reported, until Recover().
  SourceError* Fail(const Token& token, absl::string_view zh,
                    absl::string_view en);
  void FailFatally(absl::string_view reason, const Token& token,
                   absl::string_view zh, absl::string_view en,
                   absl::string_view hint_zh, absl::string_view hint_en);
  void FailUnexpected();
  std::string Found(bool chinese) const;
  void Recover(bool stop_at_comma);
  void Close(TokenKind closer, const Token& opener);

  // Nodes.
  int Add(Node node);
  int AddCall(Node node);
  int Bad(int begin);
  int AddOperator(Operator op, const Token& token, std::vector<int> args);

  // The grammar, loosest first.
  int ParseExpression();
  int ParseConditional();
  int ParseOr();
  int ParseAnd();
  int ParseRelation();
  int ParseSum();
  int ParseProduct();
  int ParseUnary();
  int ParseMember();
  int ParsePrimary();
  int ParseName();
  int ParseLiteral(bool negative);
  int ParseList();
  int ParseMap();
  int ParseSelection(int operand);
  int ParseIndex(int operand);
  int ParseMessage(int operand);
  std::vector<int> ParseArguments(const Token& opener);
  int ParseElement();
  int ParseGroup();
  void ParseOptionalMark(size_t element, Node* node);
  bool AtLoneComma(TokenKind closer) const;
  bool AtMessage(int operand) const;
  bool AtWord(std::initializer_list<absl::string_view> words) const;
  void FailWord(absl::string_view meant);
  bool EnterNesting(int levels);
  void FailTooDeep();
  int LevelsOf(const Node& node) const;

  const absl::string_view text_;
  const Profile profile_;
  SourceErrors* const errors_;
  const std::vector<Token> tokens_;
  const int nesting_;
  const int most_nodes_;
  Ast ast_;
  // By node: how many levels of nesting are in it, its brackets included.
  std::vector<int> levels_;
  size_t at_ = 0;
  int depth_ = 0;
  bool panic_ = false;
  bool fatal_ = false;
};

bool IsOneOf(absl::string_view word,
             std::initializer_list<absl::string_view> words);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_PARSE_STATE_H_
