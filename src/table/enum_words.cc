#include "src/table/enum_words.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "duban/v1/activity.pb.h"
#include "duban/v1/common.pb.h"
#include "duban/v1/matter.pb.h"
#include "duban/v1/supervision.pb.h"
#include "src/base/hash_map.h"

namespace duban::table {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;

struct ZhWord {
  int number;
  const char* word;
};

// Several words of one number stand together, the one to write first.
struct ZhWords {
  const EnumDescriptor* type;
  std::vector<ZhWord> words;
};

std::vector<ZhWords> ZhTables() {
  return {
      {v1::MatterAction_descriptor(),
       {{v1::ASSIGN, "交办"},
        {v1::CLAIM, "领办"},
        {v1::ACCEPT, "签收"},
        {v1::REFUSE, "退件"},
        {v1::START, "开始办理"},
        {v1::REPORT_PROGRESS, "反馈"},
        {v1::REPORT_PROGRESS, "阶段汇报"},
        {v1::URGE, "催办"},
        {v1::ESCALATE, "督办单"},
        {v1::REQUEST_EXTENSION, "申请延期"},
        {v1::GRANT_EXTENSION, "同意延期"},
        {v1::DENY_EXTENSION, "不同意延期"},
        {v1::SUSPEND, "中止"},
        {v1::RESUME, "恢复"},
        {v1::REQUEST_CLOSING, "申请办结"},
        {v1::VERIFY, "复核通过"},
        {v1::RETURN, "退回重办"},
        {v1::WRITE_OFF, "销号"},
        {v1::REOPEN, "反弹重启"},
        {v1::WITHDRAW, "撤销"},
        {v1::ARCHIVE, "归档"}}},
      {v1::MatterState_descriptor(),
       {{v1::LISTED, "已立项"},
        {v1::ASSIGNED, "已交办"},
        {v1::ACCEPTED, "已签收"},
        {v1::IN_PROGRESS, "办理中"},
        {v1::SUSPENDED, "已中止"},
        {v1::CLOSING_REQUESTED, "申请办结"},
        {v1::VERIFIED, "已复核"},
        {v1::WRITTEN_OFF, "已销号"},
        {v1::WITHDRAWN, "已撤销"},
        {v1::ARCHIVED, "已归档"},
        {v1::DRAFT, "草案"}}},
      {v1::Outcome_descriptor(),
       {{v1::RESOLVED, "已解决"},
        {v1::STAGE_RESULT, "阶段性成果"},
        {v1::LONG_TERM, "长期坚持"},
        {v1::UNRESOLVED, "未解决"}}},
      {v1::Attestation_descriptor(),
       {{v1::NO_NOTICE, "不发通知"},
        {v1::NO_GREETING, "不打招呼"},
        {v1::NO_BRIEFING, "不听汇报"},
        {v1::NO_ESCORT, "不用陪同接待"},
        {v1::STRAIGHT_TO_GRASSROOTS, "直奔基层"},
        {v1::STRAIGHT_TO_SITE, "直插现场"}}},
      {v1::RatingLevel_descriptor(),
       {{v1::VERY_DISSATISFIED, "非常不满意"},
        {v1::DISSATISFIED, "不满意"},
        {v1::FAIR, "一般"},
        {v1::SATISFIED, "满意"},
        {v1::VERY_SATISFIED, "非常满意"}}},
      {v1::Qualifier_descriptor(),
       {{v1::EXACT, "精确"},
        {v1::NEARLY, "近"},
        {v1::NEARLY, "将近"},
        {v1::OVER, "余"},
        {v1::OVER, "多"},
        {v1::ABOUT, "左右"},
        {v1::ABOUT, "约"},
        {v1::AT_LEAST, "以上"},
        {v1::AT_LEAST, "不少于"},
        {v1::AT_MOST, "以下"},
        {v1::AT_MOST, "不超过"}}},
      {v1::AppealDecision_descriptor(),
       {{v1::PENDING, "待处理"},
        {v1::UPHELD, "申诉成立"},
        {v1::REJECTED, "申诉不成立"}}},
  };
}

struct Words {
  HashMap<std::string, int> number_of;
  HashMap<int, std::string> zh_of;
  std::vector<std::string> all;
};

using WordsByType = HashMap<const EnumDescriptor*, Words>;

const WordsByType* BuildWords() {
  auto* result = new WordsByType;
  for (const ZhWords& table : ZhTables()) {
    Words& words = (*result)[table.type];
    for (int i = 0; i < table.type->value_count(); ++i) {
      const EnumValueDescriptor* value = table.type->value(i);
      if (IsUnspecified(value)) continue;
      words.all.push_back(EnumWord(value));
      words.number_of.emplace(EnumWord(value), value->number());
    }
    for (const ZhWord& zh : table.words) {
      words.all.push_back(zh.word);
      words.number_of.emplace(zh.word, zh.number);
      words.zh_of.emplace(zh.number, zh.word);  // keeps the first
    }
  }
  // As many forms ask: 1 (very dissatisfied) to 5.
  Words& levels = (*result)[v1::RatingLevel_descriptor()];
  for (int level = v1::VERY_DISSATISFIED; level <= v1::VERY_SATISFIED;
       ++level) {
    levels.number_of.emplace(std::to_string(level), level);
  }
  return result;
}

const Words& WordsOf(const EnumDescriptor* type) {
  static const WordsByType* const by_type = BuildWords();
  static const Words* const none = new Words;
  const auto it = by_type->find(type);
  return it == by_type->end() ? *none : it->second;
}

}  // namespace

std::string EnumWord(const EnumValueDescriptor* value) {
  return absl::AsciiStrToLower(value->name());
}

std::string EnumZh(const EnumValueDescriptor* value) {
  const Words& words = WordsOf(value->type());
  const auto it = words.zh_of.find(value->number());
  return it == words.zh_of.end() ? std::string() : it->second;
}

bool IsUnspecified(const EnumValueDescriptor* value) {
  return value->number() == 0 && absl::EndsWith(value->name(), "_UNSPECIFIED");
}

std::string WordOf(const EnumDescriptor* type, int number, Language language) {
  const auto* value = type->FindValueByNumber(number);
  if (value == nullptr) return absl::StrCat(number);
  if (IsUnspecified(value)) return "";
  const std::string zh = EnumZh(value);
  return language == Language::kZh && !zh.empty() ? zh : EnumWord(value);
}

std::optional<int> FindEnumWord(const EnumDescriptor* type,
                                absl::string_view word) {
  const Words& words = WordsOf(type);
  auto it = words.number_of.find(word);
  if (it == words.number_of.end()) {
    it = words.number_of.find(
        absl::StrReplaceAll(absl::AsciiStrToLower(word), {{"-", "_"}}));
  }
  if (it == words.number_of.end()) return std::nullopt;
  return it->second;
}

std::vector<std::string> AllEnumWords(const EnumDescriptor* type) {
  return WordsOf(type).all;
}

}  // namespace duban::table
