#include "src/cli/parts.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/base/text.h"
#include "src/expr/code.h"
#include "src/report/grid.h"

namespace duban::cli {
namespace {

// Code points that a terminal is shown of a part, and of its value.
constexpr size_t kMostText = 48;
constexpr size_t kMostValue = 60;
// How deep parts are indented: a sum of n numbers has n - 1 inside another.
constexpr int kMostIndented = 16;
// Code points of a part in JSON, which also says where it begins.
constexpr size_t kMostJsonText = 1000;

// Walks the terms of the program, from the whole to its parts.
class PartList {
 public:
  PartList(const expr::Code& code, std::vector<expr::Observation> observations)
      : code_(code), seen_(code.terms.size()) {
    for (expr::Observation& o : observations) {
      observed_[{o.begin, o.end}].push_back(std::move(o));
    }
  }

  std::vector<Part> Take() {
    if (!code_.terms.empty()) Walk(code_.root);
    return std::move(parts_);
  }

 private:
  struct Step {
    int term = 0;
    int depth = 0;
  };

  // A chain of operators may be as deep as the expression is long, so the
  // terms that are still to come are kept here and not on the stack.
  void Walk(int root) {
    std::vector<Step> rest = {{root, 0}};
    while (!rest.empty()) {
      const Step step = rest.back();
      rest.pop_back();
      // An entry of a block is used by many terms.
      if (seen_[step.term]) continue;
      seen_[step.term] = true;
      const expr::Term& term = code_.terms[step.term];
      const bool has_text = term.begin < term.end;
      if (has_text && !Add(term, step)) continue;
      std::vector<int> inner(term.args.begin(), term.args.end());
      std::stable_sort(inner.begin(), inner.end(), [&](int a, int b) {
        return code_.terms[a].begin > code_.terms[b].begin;
      });
      for (const int i : inner) {
        rest.push_back({i, step.depth + (has_text ? 1 : 0)});
      }
    }
  }

  // False where the term was not evaluated.
  bool Add(const expr::Term& term, const Step& step) {
    Part part;
    part.begin = term.begin;
    part.end = term.end;
    part.depth = step.depth;
    const auto it = observed_.find({term.begin, term.end});
    if (it != observed_.end() && !it->second.empty()) {
      // Of terms with the same text the outer one comes last.
      part.value = std::move(it->second.back().value);
      part.times = it->second.back().times;
      it->second.pop_back();
    }
    const bool literal = term.op == expr::Op::kConstant &&
                         step.term != code_.root && !part.value.is_error();
    const bool evaluated = part.times > 0;
    if (!literal) parts_.push_back(std::move(part));
    return evaluated;
  }

  const expr::Code& code_;
  std::map<std::pair<int, int>, std::vector<expr::Observation>> observed_;
  std::vector<bool> seen_;
  std::vector<Part> parts_;
};

absl::string_view TextOf(absl::string_view source, const Part& part) {
  return source.substr(part.begin, part.end - part.begin);
}

}  // namespace

std::vector<Part> PartsOf(const expr::Program& program,
                          std::vector<expr::Observation> observations) {
  return PartList(program.code(), std::move(observations)).Take();
}

std::string PartsTable(absl::string_view source,
                       const std::vector<Part>& parts) {
  const bool repeated =
      std::any_of(parts.begin(), parts.end(),
                  [](const Part& part) { return part.times > 1; });
  report::Grid grid;
  grid.columns = {{"部分 part", report::Align::kLeft}};
  if (repeated) {
    grid.columns.push_back({"次数 times", report::Align::kRight});
  }
  grid.columns.push_back({"值 value", report::Align::kLeft});
  for (const Part& part : parts) {
    std::vector<std::string> row;
    const int indented = std::min(part.depth, kMostIndented);
    row.push_back(absl::StrCat(std::string(2 * indented, ' '),
                               Excerpt(TextOf(source, part), kMostText)));
    if (repeated) {
      row.push_back(part.times > 1 ? absl::StrCat(part.times) : "");
    }
    row.push_back(part.times == 0 ? "未计算 not evaluated"
                                  : Excerpt(part.value.ToString(), kMostValue));
    grid.rows.push_back(std::move(row));
  }
  return grid.ToText();
}

std::string PartsJson(absl::string_view source,
                      const std::vector<Part>& parts) {
  std::string out = "[";
  for (const Part& part : parts) {
    const LineColumn place = LocateOffset(source, part.begin);
    absl::StrAppend(&out, out.size() > 1 ? "," : "", "\n    {\"text\": ",
                    JsonString(Excerpt(TextOf(source, part), kMostJsonText)),
                    ", \"line\": ", place.line, ", \"column\": ", place.column,
                    ", \"times\": ", part.times);
    if (part.value.is_error()) {
      absl::StrAppend(&out,
                      ", \"error\": ", JsonString(part.value.error().reason));
    } else if (part.times > 0) {
      absl::StrAppend(&out, ", \"value\": ", JsonString(part.value.ToString()));
    }
    out += "}";
  }
  return out + (parts.empty() ? "]" : "\n  ]");
}

std::string JsonString(absl::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const char32_t c = NextCodePoint(text, &at);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c < 0x20 || c == 0x7f) {
      absl::StrAppendFormat(&out, "\\u%04x", static_cast<unsigned>(c));
    } else {
      AppendUtf8(c, &out);
    }
  }
  return out + "\"";
}

}  // namespace duban::cli
