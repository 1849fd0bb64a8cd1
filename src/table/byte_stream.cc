#include "src/table/byte_stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"

namespace duban::table {

void ByteSink::U8(uint8_t value) { Bytes(&value, 1); }

void ByteSink::Varint(uint64_t value) {
  uint8_t bytes[10];
  size_t size = 0;
  for (; value >= 0x80; value >>= 7) {
    bytes[size++] = static_cast<uint8_t>(value | 0x80);
  }
  bytes[size++] = static_cast<uint8_t>(value);
  Bytes(bytes, size);
}

void ByteSink::Bytes(const void* bytes, size_t size) {
  const char* from = static_cast<const char*>(bytes);
  while (size > 0 && status_.ok()) {
    const size_t n = std::min(size, kMaxPieceBytes - piece_.size());
    piece_.append(from, n);
    from += n;
    size -= n;
    if (piece_.size() == kMaxPieceBytes) Flush();
  }
}

void ByteSink::Text(absl::string_view text) {
  Varint(text.size());
  Bytes(text.data(), text.size());
}

absl::Status ByteSink::Finish() {
  if (status_.ok() && !piece_.empty()) Flush();
  return status_;
}

void ByteSink::Flush() {
  status_ = sink_(piece_);
  piece_.clear();
}

bool ByteSource::Fill() {
  if (!ok()) return false;
  if (at_ < piece_.size()) return true;
  passed_ += piece_.size();
  at_ = 0;
  absl::StatusOr<std::string> next = source_();
  piece_.clear();
  if (!next.ok()) {
    Fail(next.status());
    return false;
  }
  piece_ = *std::move(next);
  return !piece_.empty();
}

bool ByteSource::Bytes(void* bytes, size_t size) {
  char* to = static_cast<char*>(bytes);
  while (size > 0) {
    if (!Fill()) {
      Damaged("end");
      return false;
    }
    const size_t n = std::min(size, piece_.size() - at_);
    std::memcpy(to, piece_.data() + at_, n);
    at_ += n;
    to += n;
    size -= n;
  }
  return ok();
}

uint8_t ByteSource::U8() {
  uint8_t value = 0;
  return Bytes(&value, 1) ? value : uint8_t{0};
}

uint64_t ByteSource::Varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = U8();
    if (!ok()) return 0;
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    // The tenth byte has one bit of the number.
    if (shift == 63 && byte > 1) break;
    if (byte < 0x80) return value;
  }
  Damaged("varint");
  return 0;
}

std::string ByteSource::Text() {
  uint64_t size = Varint();
  std::string text;
  while (size > 0) {
    if (!Fill()) {
      Damaged("end");
      return std::string();
    }
    const size_t n =
        static_cast<size_t>(std::min<uint64_t>(size, piece_.size() - at_));
    text.append(piece_, at_, n);
    at_ += n;
    size -= n;
  }
  return text;
}

void ByteSource::ExpectEnd() {
  if (Fill()) Damaged("end");
}

void ByteSource::Damaged(absl::string_view what) {
  if (!ok()) return;
  const uint64_t offset = passed_ + at_;
  Fail(Fault("STATE_BYTES_DAMAGED", absl::StatusCode::kDataLoss)
           .Field(what)
           .Say(absl::StrCat("台账快照在第 ", offset, " 字节处已损坏"),
                absl::StrCat("the stored state of the ledger is damaged at "
                             "byte ",
                             offset))
           .Hint("删除快照，由日志重放",
                 "delete it, and replay the journal instead")
           .ToStatus());
}

void ByteSource::OtherFormat(absl::string_view what) {
  Fail(Fault("STATE_BYTES_OTHER_FORMAT", absl::StatusCode::kFailedPrecondition)
           .Field(what)
           .Say("台账快照由另一版本写成",
                "the stored state of the ledger was written by another version")
           .Hint("删除快照，由日志重放",
                 "delete it, and replay the journal instead")
           .ToStatus());
}

void ByteSource::Fail(absl::Status status) {
  if (ok()) status_ = std::move(status);
}

}  // namespace duban::table
