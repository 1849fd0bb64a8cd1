#include "src/ledger/query_page.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/base/digest.h"

namespace duban::ledger {
namespace {

// Hexadecimal: 16 characters of the query's digest, 16 of the head's, 16 of
// the number of the row.
constexpr size_t kPart = 16;

std::string DigestOf(v1::Query query) {
  query.clear_page_size();
  query.clear_page_token();
  return ToHex(Sha256(query.SerializeAsString())).substr(0, kPart);
}

std::string DigestOf(const v1::LedgerHead& head) {
  return ToHex(Sha256(absl::StrCat(head.sequence(), " ", head.digest())))
      .substr(0, kPart);
}

Fault At(absl::string_view reason, absl::StatusCode code) {
  return Fault(reason, code).Field("page_token");
}

}  // namespace

std::string MakePageToken(const v1::Query& query, const v1::LedgerHead& head,
                          uint64_t first) {
  return absl::StrCat(DigestOf(query), DigestOf(head),
                      absl::Hex(first, absl::kZeroPad16));
}

absl::StatusOr<uint64_t> ReadPageToken(const v1::Query& query,
                                       const v1::LedgerHead& head) {
  const std::string& token = query.page_token();
  if (token.empty()) return 0;
  uint64_t first = 0;
  if (token.size() != 3 * kPart ||
      !absl::SimpleHexAtoi(token.substr(2 * kPart), &first)) {
    return At("BAD_PAGE_TOKEN", absl::StatusCode::kInvalidArgument)
        .Say("不是本系统给出的页标记", "is not a page token of an answer")
        .Hint("用上一页给出的 next_page_token",
              "give the next_page_token of the page before")
        .ToStatus();
  }
  if (token.substr(0, kPart) != DigestOf(query)) {
    return At("PAGE_OF_ANOTHER_QUERY", absl::StatusCode::kInvalidArgument)
        .Say("页标记属于另一个查询", "belongs to another query")
        .Hint("翻页时不得改动查询", "ask for every page by the same query")
        .ToStatus();
  }
  if (token.substr(kPart, kPart) != DigestOf(head)) {
    return At("PAGE_OUT_OF_DATE", absl::StatusCode::kFailedPrecondition)
        .Say("台账在上一页之后有变动",
             "the ledger has changed since the page before")
        .Hint("从第一页重新开始，或用同一视图翻页",
              "begin with the first page, or ask one view for all pages")
        .ToStatus();
  }
  return first;
}

}  // namespace duban::ledger
