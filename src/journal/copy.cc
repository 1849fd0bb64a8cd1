#include "src/journal/copy.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"

namespace duban::journal {
namespace {

absl::Status TargetDiffers(const Head& target, uint64_t source) {
  return Fault("COPY_TARGET_DIFFERS", absl::StatusCode::kFailedPrecondition)
      .Say(absl::StrCat("目标台账已有 ", target.sequence, " 条，且不是源台账（",
                        source, " 条）的开头部分"),
           absl::StrCat("the target holds ", target.sequence,
                        " entries already, which are not the beginning of "
                        "the source's ",
                        source))
      .Hint("请复制到新的台账", "copy into a new ledger")
      .ToStatus();
}

// Gathers entries to batches, since a batch is written whole.
class Batches {
 public:
  Batches(Journal* to, Head head) : to_(to) { report_.head = head; }

  absl::Status Add(const Entry& entry) {
    if (entry.batch != batch_) {
      absl::Status written = Write();
      if (!written.ok()) return written;
    }
    batch_ = entry.batch;
    last_ = {entry.sequence, entry.digest};
    payloads_.push_back(entry.payload);
    return absl::OkStatus();
  }

  absl::Status Write() {
    if (payloads_.empty()) return absl::OkStatus();
    absl::StatusOr<Head> head = to_->Append(report_.head, payloads_);
    if (!head.ok()) return head.status();
    if (*head != last_) return TargetDiffers(*head, last_.sequence);
    report_.head = *head;
    report_.entries += payloads_.size();
    payloads_.clear();
    return absl::OkStatus();
  }

  const CopyReport& report() const { return report_; }

 private:
  Journal* to_;
  CopyReport report_;
  std::vector<std::string> payloads_;
  uint64_t batch_ = 0;
  Head last_;
};

}  // namespace

absl::StatusOr<CopyReport> Copy(Journal* from, Journal* to) {
  absl::StatusOr<Head> source = from->GetHead();
  if (!source.ok()) return source.status();
  absl::StatusOr<Head> target = to->GetHead();
  if (!target.ok()) return target.status();
  if (target->sequence > source->sequence) {
    return TargetDiffers(*target, source->sequence);
  }
  Batches batches(to, *target);
  // The source is read from its beginning, so that all of it is checked. Its
  // entry that the target ends with vouches for those before.
  absl::Status status = from->Read(0, [&](const Entry& entry) -> absl::Status {
    if (entry.sequence > target->sequence) return batches.Add(entry);
    if (entry.sequence == target->sequence && entry.digest != target->digest) {
      return TargetDiffers(*target, source->sequence);
    }
    return absl::OkStatus();
  });
  if (status.ok()) status = batches.Write();
  if (!status.ok()) return status;
  return batches.report();
}

}  // namespace duban::journal
