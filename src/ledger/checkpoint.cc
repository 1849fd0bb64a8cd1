#include "src/ledger/checkpoint.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "src/base/diagnostic.h"
#include "src/table/byte_stream.h"

namespace duban::ledger {
namespace {

// Of the bytes below:
//
//     8 bytes                          size of the keys, little-endian
//     varint, {text, varint, digest}…  keys in order of their entries: how
//                                      many; key, entries since the one
//                                      before, command
//     …                                the state (state_bytes.cc)
constexpr uint32_t kFormat = 1;
constexpr size_t kSizeBytes = 8;

std::string KeysAsBytes(const SeenKeys& keys) {
  std::vector<std::pair<uint64_t, absl::string_view>> order;
  order.reserve(keys.size());
  for (const auto& [key, seen] : keys) order.emplace_back(seen.sequence, key);
  std::sort(order.begin(), order.end());
  std::string bytes;
  table::ByteSink sink([&](absl::string_view piece) {
    bytes.append(piece.data(), piece.size());
    return absl::OkStatus();
  });
  sink.Varint(order.size());
  uint64_t before = 0;
  for (const auto& [sequence, key] : order) {
    sink.Text(key);
    sink.Varint(sequence - std::exchange(before, sequence));
    const Digest& command = keys.find(key)->second.command;
    sink.Bytes(command.data(), command.size());
  }
  sink.Finish().IgnoreError();
  return bytes;
}

// Bytes that are all there, in pieces.
table::PieceSource PiecesOf(absl::string_view bytes) {
  return [bytes]() mutable -> absl::StatusOr<std::string> {
    const absl::string_view piece = bytes.substr(0, table::kMaxPieceBytes);
    bytes.remove_prefix(piece.size());
    return std::string(piece);
  };
}

absl::Status ReadKeys(absl::string_view bytes, uint64_t last, SeenKeys* keys) {
  table::ByteSource source(PiecesOf(bytes));
  uint64_t sequence = 0;
  for (uint64_t n = source.Varint(); n > 0 && source.ok(); --n) {
    std::string key = source.Text();
    const uint64_t step = source.Varint();
    SeenKey seen{};
    source.Bytes(seen.command.data(), seen.command.size());
    if (!source.Expect(step > 0 && step <= last - sequence, "keys")) break;
    sequence += step;
    seen.sequence = sequence;
    source.Expect(keys->emplace(std::move(key), seen).second, "keys");
  }
  if (source.ok()) source.ExpectEnd();
  return source.status();
}

absl::Status OtherVersion(const journal::Checkpoint& checkpoint) {
  return Fault("CHECKPOINT_OTHER_VERSION",
               absl::StatusCode::kFailedPrecondition)
      .Say(absl::StrCat("检查点由版本“", checkpoint.engine, "”（格式 ",
                        checkpoint.format, "）生成，本程序不采用"),
           absl::StrCat("the checkpoint was made by version '",
                        checkpoint.engine, "' (format ", checkpoint.format,
                        "), so this program does not use it"))
      .Hint("用 duban checkpoint 重新生成",
            "make it anew with duban checkpoint")
      .ToStatus();
}

}  // namespace

absl::StatusOr<journal::Checkpoint> MakeCheckpoint(const journal::Position& at,
                                                   const State& state,
                                                   const SeenKeys& keys) {
  journal::Checkpoint checkpoint;
  checkpoint.at = at;
  checkpoint.format = kFormat;
  checkpoint.engine = DUBAN_ENGINE_VERSION;
  const auto append = [&](absl::string_view piece) {
    checkpoint.bytes.append(piece.data(), piece.size());
    return absl::OkStatus();
  };
  const std::string bytes = KeysAsBytes(keys);
  for (size_t i = 0; i < kSizeBytes; ++i) {
    checkpoint.bytes += static_cast<char>(bytes.size() >> (8 * i) & 0xff);
  }
  checkpoint.bytes += bytes;
  if (absl::Status saved = state.Save(append); !saved.ok()) return saved;
  return checkpoint;
}

absl::StatusOr<Remembered> ReadCheckpoint(
    const journal::Checkpoint& checkpoint) {
  if (checkpoint.format != kFormat ||
      checkpoint.engine != DUBAN_ENGINE_VERSION) {
    return OtherVersion(checkpoint);
  }
  absl::string_view bytes = checkpoint.bytes;
  uint64_t size = 0;
  for (size_t i = 0; i < kSizeBytes && i < bytes.size(); ++i) {
    size |= uint64_t{static_cast<uint8_t>(bytes[i])} << (8 * i);
  }
  bytes.remove_prefix(std::min(kSizeBytes, bytes.size()));
  // Too large a size leaves no state, which does not load.
  const absl::string_view keys = bytes.substr(0, size);
  bytes.remove_prefix(keys.size());
  Remembered remembered;
  absl::Status status =
      ReadKeys(keys, checkpoint.at.head.sequence, &remembered.keys);
  if (!status.ok()) return status;
  absl::StatusOr<State> state = State::Load(PiecesOf(bytes));
  if (!state.ok()) return state.status();
  remembered.state = *std::move(state);
  return remembered;
}

}  // namespace duban::ledger
