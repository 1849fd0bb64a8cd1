// Numbers, texts and arrays as a stream of bytes that is written and read in
// pieces. It knows nothing of what the bytes mean.
//
// Numbers are little-endian; varints are those of protobuf: seven bits a byte,
// lowest first. Both classes remember the first failure and then do nothing
// more, so that callers may look once, at the end; a failed reader gives zeros.
// No claim of the stream makes the reader allocate more than a piece beyond
// what has arrived. One thread at a time.
#ifndef DUBAN_SRC_TABLE_BYTE_STREAM_H_
#define DUBAN_SRC_TABLE_BYTE_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace duban::table {

// Pieces are never longer than this.
inline constexpr size_t kMaxPieceBytes = size_t{1} << 20;

// Takes the next piece; a failure ends the writing.
using PieceSink = std::function<absl::Status(absl::string_view piece)>;
// Gives the next piece, of any length; an empty one is the end.
using PieceSource = std::function<absl::StatusOr<std::string>()>;

class ByteSink {
 public:
  explicit ByteSink(PieceSink sink) : sink_(std::move(sink)) {}
  ByteSink(const ByteSink&) = delete;
  ByteSink& operator=(const ByteSink&) = delete;

  void U8(uint8_t value);
  void Varint(uint64_t value);
  void Bytes(const void* bytes, size_t size);
  // Length and bytes.
  void Text(absl::string_view text);

  // Hands over what is left; to be called last.
  absl::Status Finish();

 private:
  void Flush();

  PieceSink sink_;
  std::string piece_;
  absl::Status status_;
};

class ByteSource {
 public:
  explicit ByteSource(PieceSource source) : source_(std::move(source)) {}
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  uint8_t U8();
  uint64_t Varint();
  // False, and *bytes undefined, where there are not so many.
  bool Bytes(void* bytes, size_t size);
  std::string Text();
  // Nothing may follow.
  void ExpectEnd();

  bool ok() const { return status_.ok(); }
  const absl::Status& status() const { return status_; }
  // The bytes are not what was written (STATE_BYTES_DAMAGED); `what` says in
  // what.
  void Damaged(absl::string_view what);
  // They are of another version or schema (STATE_BYTES_OTHER_FORMAT).
  void OtherFormat(absl::string_view what);
  // A condition that undamaged bytes meet.
  bool Expect(bool condition, absl::string_view what) {
    if (!condition) Damaged(what);
    return ok();
  }
  // What is so in bytes of this version.
  bool ExpectFormat(bool condition, absl::string_view what) {
    if (!condition) OtherFormat(what);
    return ok();
  }

 private:
  void Fail(absl::Status status);

  // Makes at least one byte ready, unless the end is reached.
  bool Fill();

  PieceSource source_;
  std::string piece_;
  size_t at_ = 0;
  uint64_t passed_ = 0;  // bytes of earlier pieces
  absl::Status status_;
};

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_BYTE_STREAM_H_
