#include "tests/expr/conformance/cel_tree.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/expr/conformance/values.h"

namespace duban::expr::conformance {
namespace {

using Tree = std::unique_ptr<CelNode>;

// A list of trees, which an initializer list cannot be.
template <typename... T>
std::vector<Tree> Trees(T... trees) {
  std::vector<Tree> list;
  (list.push_back(std::move(trees)), ...);
  return list;
}

class TreeMaker {
 public:
  TreeMaker(const Ast& ast, const Checked* checked, absl::string_view text,
            bool unlike_numbers)
      : ast_(ast),
        checked_(checked),
        text_(text),
        unlike_numbers_(unlike_numbers) {}

  Tree Make(int id);

 private:
  // Nodes with their type and reference, which only a checked tree keeps.
  Tree New(CelNode::Kind kind, absl::string_view text,
           absl::string_view type) const;
  Tree Constant(ConstantKind kind, absl::string_view text,
                absl::string_view type) const {
    Tree tree = New(CelNode::Kind::kConstant, text, type);
    tree->constant = kind;
    return tree;
  }
  Tree Int(int64_t value) const {
    return Constant(ConstantKind::kInt, absl::StrCat(value), "int");
  }
  Tree Bool(bool value) const {
    return Constant(ConstantKind::kBool, value ? "true" : "false", "bool");
  }
  Tree Ident(absl::string_view name, absl::string_view type) const;
  Tree Call(absl::string_view name, absl::string_view type,
            absl::string_view reference, std::vector<Tree> args) const;
  Tree Method(absl::string_view name, absl::string_view type,
              absl::string_view reference, std::vector<Tree> args) const;
  Tree List(absl::string_view type, std::vector<Tree> args) const;

  Tree Literal(const Node& node, absl::string_view type) const;
  Tree Name(const Node& node, int id);
  Tree Select(const Node& node, int id);
  Tree Has(const Node& node);
  Tree Operation(const Node& node, int id);
  bool IsDoubled(const Node& node) const;
  Tree Positive(Node literal, absl::string_view type) const;
  Tree Balanced(const Node& node, size_t low, size_t high);
  Tree CallOf(const Node& node, int id);
  Tree Extreme(const Node& node, int id, absl::string_view name);
  Tree Extension(const Node& select, bool has);
  std::vector<Tree> Args(const Node& node, size_t begin = 0);

  // Macros.
  Tree Expanded(const Node& node, int id);
  Tree Written(const Node& node);
  Tree Quantifier(const Node& node, bool all);
  Tree ExistsOne(const Node& node);
  Tree Collected(const Node& node, int id);
  Tree Bound(absl::string_view name, Tree value, absl::string_view value_type,
             Tree body, absl::string_view type) const;
  Tree OnOptional(const Node& node, int id);
  Tree Block(const Node& node, int id);
  Tree Fold(const Node& node, Tree init, Tree condition, Tree step,
            Tree result);

  std::string TypeOf(int id) const {
    return checked_ == nullptr ? "" : TypeText(checked_->info[id].type);
  }
  std::string TypeOfElement(int range) const;
  std::string Resolved(int id) const {
    return checked_ == nullptr ? "" : checked_->names[id];
  }
  std::string Overloads(int id) const;
  absl::string_view Source(const Node& node) const {
    return text_.substr(node.offset, node.length);
  }

  const Ast& ast_;
  const Checked* const checked_;  // or null
  const absl::string_view text_;
  const bool unlike_numbers_;
};

constexpr char kResult[] = "@result";

Tree TreeMaker::New(CelNode::Kind kind, absl::string_view text,
                    absl::string_view type) const {
  auto tree = std::make_unique<CelNode>();
  tree->kind = kind;
  tree->text = std::string(text);
  if (checked_ != nullptr) tree->type = std::string(type);
  return tree;
}

Tree TreeMaker::Ident(absl::string_view name, absl::string_view type) const {
  Tree tree = New(CelNode::Kind::kIdent, name, type);
  if (checked_ != nullptr) tree->reference = std::string(name);
  return tree;
}

Tree TreeMaker::Call(absl::string_view name, absl::string_view type,
                     absl::string_view reference,
                     std::vector<Tree> args) const {
  Tree tree = New(CelNode::Kind::kCall, name, type);
  if (checked_ != nullptr) tree->reference = std::string(reference);
  tree->args = std::move(args);
  return tree;
}

Tree TreeMaker::Method(absl::string_view name, absl::string_view type,
                       absl::string_view reference,
                       std::vector<Tree> args) const {
  Tree tree = Call(name, type, reference, std::move(args));
  tree->has_target = true;
  return tree;
}

Tree TreeMaker::List(absl::string_view type, std::vector<Tree> args) const {
  Tree tree = New(CelNode::Kind::kList, "", type);
  tree->args = std::move(args);
  return tree;
}

bool OrdersUnlikeNumbers(const Overload& overload) {
  return (absl::StartsWith(overload.id, "less_") ||
          absl::StartsWith(overload.id, "greater_")) &&
         overload.parameters.size() == 2 &&
         overload.parameters[0] != overload.parameters[1];
}

std::string TreeMaker::Overloads(int id) const {
  if (checked_ == nullptr) return "";
  std::vector<std::string> ids;
  for (const Overload* overload : checked_->info[id].overloads) {
    if (unlike_numbers_ || !OrdersUnlikeNumbers(*overload)) {
      ids.push_back(overload->id);
    }
  }
  std::sort(ids.begin(), ids.end());
  return absl::StrJoin(ids, "|");
}

std::vector<Tree> TreeMaker::Args(const Node& node, size_t begin) {
  std::vector<Tree> trees;
  for (size_t i = begin; i < node.args.size(); ++i) {
    trees.push_back(Make(node.args[i]));
  }
  return trees;
}

Tree TreeMaker::Make(int id) {
  const Node& node = ast_.at(id);
  switch (node.kind) {
    case NodeKind::kConstant:
      return Literal(node, TypeOf(id));
    case NodeKind::kIdentifier:
      return Name(node, id);
    case NodeKind::kSelect:
      return Select(node, id);
    case NodeKind::kHas:
      return Has(node);
    case NodeKind::kOperator:
      return Operation(node, id);
    case NodeKind::kCall:
      return CallOf(node, id);
    case NodeKind::kList: {
      Tree tree = List(TypeOf(id), Args(node));
      tree->optional = node.optional;
      return tree;
    }
    case NodeKind::kMap:
    case NodeKind::kMessage: {
      const std::string name = Resolved(id).empty() ? node.text : Resolved(id);
      Tree tree = New(CelNode::Kind::kStruct, name, TypeOf(id));
      tree->args = Args(node);
      tree->fields = node.fields;
      tree->optional = node.optional;
      if (checked_ != nullptr && node.kind == NodeKind::kMessage) {
        tree->reference = name;
      }
      return tree;
    }
    case NodeKind::kComprehension:
      return Expanded(node, id);
    case NodeKind::kError:
      break;
  }
  return New(CelNode::Kind::kIdent, "<error>", "");
}

Tree TreeMaker::Literal(const Node& node, absl::string_view type) const {
  std::string text;
  switch (node.constant) {
    case ConstantKind::kNull:
      text = "null";
      break;
    case ConstantKind::kBool:
      text = node.integer != 0 ? "true" : "false";
      break;
    case ConstantKind::kInt:
      text = absl::StrCat(node.integer);
      break;
    case ConstantKind::kUint:
      text = absl::StrCat(static_cast<uint64_t>(node.integer), "u");
      break;
    case ConstantKind::kNumber:
      text = DoubleGo(std::strtod(node.text.c_str(), nullptr));
      break;
    case ConstantKind::kString:
      text = QuoteGo(node.text);
      break;
    case ConstantKind::kBytes:
      text = absl::StrCat("b", QuoteGo(node.text));
      break;
  }
  return Constant(node.constant, text, type);
}

Tree TreeMaker::Name(const Node& node, int id) {
  if (checked_ != nullptr) {
    const std::string name = Resolved(id);
    return Ident(name.empty() ? node.text : name, TypeOf(id));
  }
  if (node.text[0] != '@') return Ident(node.text, "");
  // "@index0", "@it:1:2" and "@ac:1:2": names that macros of a block made.
  std::string function = "index";
  absl::string_view numbers = node.text;
  if (absl::ConsumePrefix(&numbers, "@it:")) function = "iterVar";
  if (absl::ConsumePrefix(&numbers, "@ac:")) function = "accuVar";
  absl::ConsumePrefix(&numbers, "@index");
  std::vector<Tree> args = Trees(Ident("cel", ""));
  for (const absl::string_view number : absl::StrSplit(numbers, ':')) {
    args.push_back(Constant(ConstantKind::kInt, number, "int"));
  }
  return Method(function, "", "", std::move(args));
}

Tree TreeMaker::Select(const Node& node, int id) {
  if (checked_ == nullptr && absl::StrContains(node.text, '.') &&
      Source(node).substr(0, 1) != "`") {
    return Extension(node, /*has=*/false);
  }
  if (!Resolved(id).empty()) return Ident(Resolved(id), TypeOf(id));
  if (node.is_optional) {
    return Call("_?._", TypeOf(id), "select_optional_field",
                Trees(Make(node.args[0]),
                      Constant(ConstantKind::kString, QuoteGo(node.text), "")));
  }
  Tree tree = New(CelNode::Kind::kSelect, node.text, TypeOf(id));
  tree->args.push_back(Make(node.args[0]));
  return tree;
}

Tree TreeMaker::Has(const Node& node) {
  const Node& operand = ast_.at(node.args[0]);
  if (operand.kind != NodeKind::kSelect) {
    return Call("has", "bool", "", Trees(Make(node.args[0])));
  }
  if (checked_ == nullptr && absl::StrContains(operand.text, '.') &&
      Source(operand).substr(0, 1) != "`") {
    return Extension(operand, /*has=*/true);
  }
  Tree tree = New(CelNode::Kind::kSelect, operand.text, "bool");
  tree->args.push_back(Make(operand.args[0]));
  tree->test_only = true;
  return tree;
}

// proto.getExt(message, a.b.c) as it is written.
Tree TreeMaker::Extension(const Node& select, bool has) {
  const std::vector<std::string> names = absl::StrSplit(select.text, '.');
  Tree name = Ident(names[0], "");
  for (size_t i = 1; i < names.size(); ++i) {
    Tree next = New(CelNode::Kind::kSelect, names[i], "");
    next->args.push_back(std::move(name));
    name = std::move(next);
  }
  return Method(
      has ? "hasExt" : "getExt", "", "",
      Trees(Ident("proto", ""), Make(select.args[0]), std::move(name)));
}

Tree TreeMaker::Operation(const Node& node, int id) {
  if (node.op == Operator::kAnd || node.op == Operator::kOr) {
    return Balanced(node, 0, node.args.size() - 2);
  }
  if (IsDoubled(node)) {
    const Node& operand = ast_.at(node.args[0]);
    return operand.kind == NodeKind::kConstant ? Positive(operand, TypeOf(id))
                                               : Make(operand.args[0]);
  }
  const std::string reference =
      node.op == Operator::kConditional ? "conditional" : Overloads(id);
  return Call(OperatorName(node.op), TypeOf(id), reference, Args(node));
}

// "!!x" and "--x", which the parser of cel-go reads as x.
bool TreeMaker::IsDoubled(const Node& node) const {
  if (node.op != Operator::kNot && node.op != Operator::kNegate) return false;
  const Node& operand = ast_.at(node.args[0]);
  const bool same =
      operand.kind == NodeKind::kConstant
          ? node.op == Operator::kNegate &&
                absl::StartsWith(Source(operand), "-")
          : operand.kind == NodeKind::kOperator && operand.op == node.op;
  const absl::string_view between =
      text_.substr(node.begin, operand.begin - node.begin);
  return same && !absl::StrContains(between, '(');
}

// A literal without the sign it is written with.
Tree TreeMaker::Positive(Node literal, absl::string_view type) const {
  literal.integer = -literal.integer;
  if (absl::StartsWith(literal.text, "-")) literal.text.erase(0, 1);
  return Literal(literal, type);
}

// Operators low to high of a chain, of which operator i has sides i and i+1.
Tree TreeMaker::Balanced(const Node& node, size_t low, size_t high) {
  const size_t middle = (low + high + 1) / 2;
  Tree left =
      middle == low ? Make(node.args[middle]) : Balanced(node, low, middle - 1);
  Tree right = middle == high ? Make(node.args[middle + 1])
                              : Balanced(node, middle + 1, high);
  return Call(OperatorName(node.op), "bool",
              node.op == Operator::kAnd ? "logical_and" : "logical_or",
              Trees(std::move(left), std::move(right)));
}

Tree TreeMaker::CallOf(const Node& node, int id) {
  if (checked_ == nullptr) {
    Tree tree = Call(node.text, "", "", Args(node));
    tree->has_target = node.is_method;
    return tree;
  }
  const NodeInfo& info = checked_->info[id];
  const std::string name =
      info.function == nullptr ? node.text : info.function->name;
  if (node.is_method && !info.in_namespace) {
    return Method(name, TypeOf(id), Overloads(id), Args(node));
  }
  if (name == "math.greatest") return Extreme(node, id, "math.@max");
  if (name == "math.least") return Extreme(node, id, "math.@min");
  // A function in a namespace: what looked like its target is its name.
  return Call(name, TypeOf(id), Overloads(id),
              Args(node, info.in_namespace ? 1 : 0));
}

// math.greatest() and math.least() are macros, which put more than two
// arguments into a list.
Tree TreeMaker::Extreme(const Node& node, int id, absl::string_view name) {
  std::vector<Tree> args = Args(node, 1);
  if (args.size() < 3) {
    return Call(name, TypeOf(id), Overloads(id), std::move(args));
  }
  std::string element = TypeOf(node.args[1]);
  for (size_t i = 2; i < node.args.size(); ++i) {
    if (TypeOf(node.args[i]) != element) element = "dyn";
  }
  Tree list = List(absl::StrCat("list(", element, ")"), std::move(args));
  return Call(name, TypeOf(id), Overloads(id), Trees(std::move(list)));
}

std::string TreeMaker::TypeOfElement(int range) const {
  if (checked_ == nullptr) return "";
  const Type& type = checked_->info[range].type;
  if (type.kind() == Kind::kList || type.kind() == Kind::kMap) {
    return TypeText(type.parameters()[0]);
  }
  return "dyn";
}

Tree TreeMaker::Expanded(const Node& node, int id) {
  const bool two = !node.text2.empty();
  switch (node.macro) {
    case Macro::kAll:
      return two ? Written(node) : Quantifier(node, /*all=*/true);
    case Macro::kExists:
      return two ? Written(node) : Quantifier(node, /*all=*/false);
    case Macro::kExistsOne:
      return two ? Written(node) : ExistsOne(node);
    case Macro::kFilter:
    case Macro::kMap:
    case Macro::kMapFilter:
      return Collected(node, id);
    case Macro::kBind:
      if (checked_ == nullptr) return Written(node);
      return Bound(node.text, Make(node.args[0]), TypeOf(node.args[0]),
                   Make(node.args[1]), TypeOf(id));
    case Macro::kOptMap:
    case Macro::kOptFlatMap:
      return checked_ == nullptr ? Written(node) : OnOptional(node, id);
    case Macro::kBlock:
      return Block(node, id);
    default:
      return Written(node);
  }
}

// The call of a macro that cel-go did not know.
Tree TreeMaker::Written(const Node& node) {
  std::vector<Tree> args;
  size_t begin = 0;
  if (node.macro == Macro::kBind) {
    args.push_back(Ident("cel", ""));
  } else {
    args.push_back(Make(node.args[begin++]));
  }
  args.push_back(Ident(node.text, ""));
  if (!node.text2.empty()) args.push_back(Ident(node.text2, ""));
  for (Tree& arg : Args(node, begin)) args.push_back(std::move(arg));
  // The name as written: some macros have two.
  return Method(Source(node), "", "", std::move(args));
}

Tree TreeMaker::Fold(const Node& node, Tree init, Tree condition, Tree step,
                     Tree result) {
  Tree tree = New(CelNode::Kind::kComprehension, "", result->type);
  tree->variable = node.text;
  tree->accumulator = kResult;
  tree->args = Trees(Make(node.args[0]), std::move(init), std::move(condition),
                     std::move(step), std::move(result));
  return tree;
}

Tree TreeMaker::Quantifier(const Node& node, bool all) {
  Tree going_on = Ident(kResult, "bool");
  if (!all) {
    going_on = Call("!_", "bool", "logical_not", Trees(std::move(going_on)));
  }
  Tree condition = Call("@not_strictly_false", "bool", "not_strictly_false",
                        Trees(std::move(going_on)));
  Tree step =
      Call(all ? "_&&_" : "_||_", "bool", all ? "logical_and" : "logical_or",
           Trees(Ident(kResult, "bool"), Make(node.args[1])));
  return Fold(node, Bool(all), std::move(condition), std::move(step),
              Ident(kResult, "bool"));
}

Tree TreeMaker::ExistsOne(const Node& node) {
  Tree more =
      Call("_+_", "int", "add_int64", Trees(Ident(kResult, "int"), Int(1)));
  Tree step =
      Call("_?_:_", "int", "conditional",
           Trees(Make(node.args[1]), std::move(more), Ident(kResult, "int")));
  Tree result =
      Call("_==_", "bool", "equals", Trees(Ident(kResult, "int"), Int(1)));
  return Fold(node, Int(0), Bool(true), std::move(step), std::move(result));
}

// map() and filter(): elements are added to a list.
Tree TreeMaker::Collected(const Node& node, int id) {
  const std::string type = TypeOf(id);
  const bool filter = node.macro == Macro::kFilter;
  const int last = node.args.back();
  const std::string element =
      filter ? TypeOfElement(node.args[0]) : TypeOf(last);
  Tree made = filter ? Ident(node.text, element) : Make(last);
  Tree one = List(absl::StrCat("list(", element, ")"), Trees(std::move(made)));
  Tree step = Call("_+_", type, "add_list",
                   Trees(Ident(kResult, type), std::move(one)));
  if (filter || node.macro == Macro::kMapFilter) {
    step =
        Call("_?_:_", type, "conditional",
             Trees(Make(node.args[1]), std::move(step), Ident(kResult, type)));
  }
  return Fold(node, List(type, {}), Bool(true), std::move(step),
              Ident(kResult, type));
}

// A fold over nothing, whose accumulator is the name.
Tree TreeMaker::Bound(absl::string_view name, Tree value,
                      absl::string_view value_type, Tree body,
                      absl::string_view type) const {
  Tree tree = New(CelNode::Kind::kComprehension, "", type);
  tree->variable = "#unused";
  tree->accumulator = std::string(name);
  tree->args = Trees(List("list(dyn)", {}), std::move(value), Bool(false),
                     Ident(name, value_type), std::move(body));
  return tree;
}

// x.optMap(v, f) is x.hasValue() ? optional.of(f of x.value()) :
// optional.none().
Tree TreeMaker::OnOptional(const Node& node, int id) {
  const int operand = node.args[0];
  const Type& optional = checked_->info[operand].type;
  const std::string value_type = optional.kind() == Kind::kOptional
                                     ? TypeText(optional.parameters()[0])
                                     : "dyn";
  const std::string type = TypeOf(id);
  Tree condition =
      Method("hasValue", "bool", "optional_hasValue", Trees(Make(operand)));
  Tree value =
      Method("value", value_type, "optional_value", Trees(Make(operand)));
  Tree then = Bound(node.text, std::move(value), value_type, Make(node.args[1]),
                    TypeOf(node.args[1]));
  if (node.macro == Macro::kOptMap) {
    then = Call("optional.of", type, "optional_of", Trees(std::move(then)));
  }
  return Call("_?_:_", type, "conditional",
              Trees(std::move(condition), std::move(then),
                    Call("optional.none", type, "optional_none", {})));
}

Tree TreeMaker::Block(const Node& node, int id) {
  std::vector<Tree> elements = Args(node);
  Tree result = std::move(elements.back());
  elements.pop_back();
  std::string element = "dyn";
  for (size_t i = 0; i + 1 < node.args.size(); ++i) {
    const std::string type = TypeOf(node.args[i]);
    if (i == 0) element = type;
    if (type != element) element = "dyn";
  }
  Tree list = List(absl::StrCat("list(", element, ")"), std::move(elements));
  if (checked_ == nullptr) {
    return Method("block", "", "",
                  Trees(Ident("cel", ""), std::move(list), std::move(result)));
  }
  return Call("cel.@block", TypeOf(id), "cel_block_list",
              Trees(std::move(list), std::move(result)));
}

}  // namespace

std::unique_ptr<CelNode> ParsedTree(const Ast& ast, absl::string_view text) {
  return TreeMaker(ast, nullptr, text, false).Make(ast.root);
}

std::unique_ptr<CelNode> CheckedTree(const Ast& ast, const Checked& checked,
                                     absl::string_view text,
                                     bool unlike_numbers) {
  return TreeMaker(ast, &checked, text, unlike_numbers).Make(ast.root);
}

}  // namespace duban::expr::conformance
