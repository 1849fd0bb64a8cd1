#include "src/journal/checkpoint.h"

#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"

namespace duban::journal {
namespace {

constexpr char kHintZh[] =
    "不影响台账：已改为从头读取；可用 duban checkpoint 重新生成，或加 --drop "
    "删除";
constexpr char kHintEn[] =
    "nothing is lost: all entries are read instead; make it anew with duban "
    "checkpoint, or remove it with --drop";

}  // namespace

Digest CheckpointDigest(const Checkpoint& checkpoint) {
  const Digest& last = checkpoint.at.head.digest;
  return Hasher()
      .Update("duban.checkpoint.1")
      .UpdateU64(checkpoint.at.head.sequence)
      .UpdateU64(checkpoint.at.batch)
      .Update({reinterpret_cast<const char*>(last.data()), last.size()})
      .UpdateU64(checkpoint.format)
      .UpdateU64(checkpoint.engine.size())
      .Update(checkpoint.engine)
      .UpdateU64(checkpoint.bytes.size())
      .Update(checkpoint.bytes)
      .Finish();
}

absl::Status CheckCovers(absl::string_view file, const Position& covered,
                         const absl::StatusOr<Position>& entry) {
  if (entry.ok() && entry->head == covered.head &&
      entry->batch == covered.batch) {
    return absl::OkStatus();
  }
  return CheckpointForeign(file, covered);
}

absl::Status CheckpointBroken(absl::string_view file, absl::string_view zh,
                              absl::string_view en) {
  return Fault("CHECKPOINT_BROKEN", absl::StatusCode::kDataLoss)
      .At(file, 0, 0)
      .Say(absl::StrCat("检查点已损坏：", zh),
           absl::StrCat("the checkpoint is damaged: ", en))
      .Hint(kHintZh, kHintEn)
      .ToStatus();
}

absl::Status CheckpointForeign(absl::string_view file,
                               const Position& covered) {
  return Fault("CHECKPOINT_FOREIGN", absl::StatusCode::kDataLoss)
      .At(file, 0, 0)
      .Say(absl::StrCat("检查点不属于此台账：第 ", covered.head.sequence,
                        " 条的摘要不是 ", ToHex(covered.head.digest)),
           absl::StrCat("the checkpoint is not of this ledger: entry ",
                        covered.head.sequence, " does not have the digest ",
                        ToHex(covered.head.digest)))
      .Hint(kHintZh, kHintEn)
      .ToStatus();
}

absl::Status CheckpointNotOffered() {
  return Fault("CHECKPOINT_NOT_OFFERED", absl::StatusCode::kUnimplemented)
      .Say("此种台账存储不保存检查点（内存，或宿主自有）",
           "a ledger that is kept in memory, or by the host, has no "
           "checkpoints")
      .Hint("检查点用于台账文件和 PostgreSQL；不用它也不会丢失任何内容",
            "they are for ledger files and PostgreSQL; nothing is lost "
            "without one")
      .ToStatus();
}

}  // namespace duban::journal
