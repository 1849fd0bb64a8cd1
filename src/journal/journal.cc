#include "src/journal/journal.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/journal/checkpoint.h"

namespace duban::journal {
namespace {

constexpr absl::string_view kDomain = "duban.journal.1";

}  // namespace

Digest ChainDigest(const Digest& previous, uint64_t sequence, uint64_t batch,
                   absl::string_view payload) {
  Hasher hasher;
  return ChainDigest(&hasher, previous, sequence, batch, payload);
}

Digest ChainDigest(Hasher* hasher, const Digest& previous, uint64_t sequence,
                   uint64_t batch, absl::string_view payload) {
  // In one piece, because each call of libcrypto costs as much as a block.
  std::array<char, kDomain.size() + sizeof(Digest) + 3 * sizeof(uint64_t)> head;
  char* to = std::copy(kDomain.begin(), kDomain.end(), head.begin());
  to = std::copy(previous.begin(), previous.end(), to);
  for (const uint64_t number : {sequence, batch, uint64_t{payload.size()}}) {
    for (int shift = 0; shift < 64; shift += 8) {
      *to++ = static_cast<char>(static_cast<unsigned char>(number >> shift));
    }
  }
  hasher->Update(absl::string_view(head.data(), head.size())).Update(payload);
  return hasher->Finish();
}

absl::Status ChainWalk::Step(const Entry& entry) {
  const uint64_t next = head_.sequence + 1;
  if (entry.sequence != next) {
    return Broken(file_, next, "sequence",
                  absl::StrCat("第 ", next, " 条缺失：其位置上是第 ",
                               entry.sequence, " 条"),
                  absl::StrCat("entry ", next, " is missing: entry ",
                               entry.sequence, " stands in its place"));
  }
  // Batches start at 1, so the first entry of all cannot be in batch 0.
  const bool same = entry.batch == batch_ && batch_ != 0;
  if (!same && entry.batch != batch_ + 1) {
    return Broken(file_, next, "batch",
                  absl::StrCat("第 ", next, " 条的批次号为 ", entry.batch,
                               "，前一条的批次号为 ", batch_),
                  absl::StrCat("entry ", next, " has batch ", entry.batch,
                               " after batch ", batch_));
  }
  const Digest digest = ChainDigest(&hasher_, head_.digest, entry.sequence,
                                    entry.batch, entry.payload);
  if (digest != entry.digest) {
    return Broken(
        file_, next, "digest",
        absl::StrCat("第 ", next,
                     " 条与其摘要不符：该条被改动，或之前的条目被改写"),
        absl::StrCat("entry ", next,
                     " does not match its digest: it was changed, or an "
                     "entry before it was rewritten"));
  }
  head_.sequence = next;
  head_.digest = digest;
  batch_ = entry.batch;
  return absl::OkStatus();
}

absl::Status HeadMoved(absl::string_view file, const Head& expected,
                       const Head& found) {
  return Fault("HEAD_MOVED", absl::StatusCode::kAborted)
      .At(file, 0, 0)
      .Say(absl::StrCat("台账已到第 ", found.sequence,
                        " 条，而本次写入依据的是第 ", expected.sequence,
                        " 条（摘要 ", ToHex(expected.digest), "）"),
           absl::StrCat("the ledger stands at entry ", found.sequence,
                        ", but this batch was built on entry ",
                        expected.sequence, " (digest ", ToHex(expected.digest),
                        ")"))
      .Hint("请读取新条目，重新校验后再写入",
            "read the new entries, validate again, then append")
      .ToStatus();
}

absl::Status EntryNotFound(absl::string_view file, uint64_t sequence,
                           const Head& head) {
  return Fault("ENTRY_NOT_FOUND", absl::StatusCode::kOutOfRange)
      .At(file, 0, 0)
      .Say(absl::StrCat("没有第 ", sequence, " 条：台账共 ", head.sequence,
                        " 条"),
           absl::StrCat("there is no entry ", sequence, ": the ledger has ",
                        head.sequence))
      .ToStatus();
}

absl::Status JournalInUse(absl::string_view file) {
  return Fault("JOURNAL_IN_USE", absl::StatusCode::kFailedPrecondition)
      .At(file, 0, 0)
      .Say("读取过程中不能再次使用同一台账对象",
           "a journal cannot be used from within its own Read")
      .Hint("请待读取结束，或另开一个台账对象",
            "wait until Read is done, or open a second journal")
      .ToStatus();
}

absl::Status CheckHead(absl::string_view file, const Position& written,
                       const Position& last) {
  const uint64_t said = written.head.sequence;
  const uint64_t found = last.head.sequence;
  if (said > found) {
    return Broken(file, found + 1, "sequence",
                  absl::StrCat("第 ", found + 1, " 条至第 ", said,
                               " 条缺失：“head”行记有 ", said, " 条"),
                  absl::StrCat("entries ", found + 1, " to ", said,
                               " are missing: the head row counts ", said));
  }
  if (said < found) {
    return Broken(file, said + 1, "sequence",
                  absl::StrCat("“head”行只记到第 ", said, " 条，其后却有第 ",
                               said + 1, " 条至第 ", found, " 条"),
                  absl::StrCat("the head row counts ", said,
                               " entries, but there are entries ", said + 1,
                               " to ", found, " after it"));
  }
  if (written.head != last.head || written.batch != last.batch) {
    return Broken(file, said, "head",
                  absl::StrCat("“head”行的摘要或批次号与第 ", said, " 条不符"),
                  absl::StrCat("the head row's digest or batch is not that "
                               "of entry ",
                               said));
  }
  return absl::OkStatus();
}

absl::Status HeadNotFound(absl::string_view file, const Digest& known,
                          uint64_t entries) {
  return Fault("HEAD_NOT_FOUND", absl::StatusCode::kDataLoss)
      .At(file, 0, 0)
      .Say(absl::StrCat("链条完整，但 ", entries, " 条中没有一条的摘要是 ",
                        ToHex(known), "：历史被截断或改写，或摘要属于另一台账"),
           absl::StrCat("the chain is whole, but none of its ", entries,
                        " entries has the digest ", ToHex(known),
                        ": its history was cut or rewritten, or the digest "
                        "is of another ledger"))
      .Hint("请核对抄录的摘要，并与备份比对",
            "check the digest as written down, and compare with a backup")
      .ToStatus();
}

absl::Status CheckPayloads(Journal::Batches batches) {
  for (const absl::Span<const std::string> payloads : batches) {
    for (size_t i = 0; i < payloads.size(); ++i) {
      const size_t size = payloads[i].size();
      if (size <= kMaxPayload) continue;
      return Fault("ENTRY_TOO_LARGE")
          .Change(static_cast<int>(i))
          .Say(absl::StrCat("单条内容为 ", size, " 字节，上限为 ", kMaxPayload,
                            " 字节"),
               absl::StrCat("one entry has ", size, " bytes; at most ",
                            kMaxPayload, " are allowed"))
          .ToStatus();
    }
  }
  return absl::OkStatus();
}

bool NoPayloads(Journal::Batches batches) {
  for (const absl::Span<const std::string> payloads : batches) {
    if (!payloads.empty()) return false;
  }
  return true;
}

absl::Status Journal::WriteCheckpoint(const Checkpoint&) {
  return CheckpointNotOffered();
}

absl::StatusOr<std::optional<Checkpoint>> Journal::ReadCheckpoint() {
  return std::nullopt;
}

absl::Status Journal::DropCheckpoint() { return CheckpointNotOffered(); }

absl::Status Broken(absl::string_view file, uint64_t sequence,
                    absl::string_view field, absl::string_view zh,
                    absl::string_view en) {
  return Fault("JOURNAL_BROKEN", absl::StatusCode::kDataLoss)
      .Row(file, static_cast<int64_t>(sequence), field)
      .Say(zh, en)
      .Hint("请保留此文件备查，并从备份恢复；台账不可手工改动",
            "keep the file as evidence and restore a backup; a ledger is "
            "never edited by hand")
      .ToStatus();
}

}  // namespace duban::journal
