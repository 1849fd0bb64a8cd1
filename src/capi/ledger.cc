#include "duban/ledger.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "src/base/diagnostic.h"
#include "src/base/digest.h"
#include "src/capi/call.h"
#include "src/capi/error.h"
#include "src/capi/handles.h"
#include "src/journal/verify.h"
#include "src/ledger/state.h"

using duban::Ledger;
using duban::capi::Arguments;
using duban::capi::Call;

namespace {

absl::Status OpenAgain(duban_ledger* handle) {
  if (handle->path.empty() && handle->host == nullptr) {
    return duban::Fault("LEDGER_HANDLE_LOST",
                        absl::StatusCode::kFailedPrecondition)
        .Say("写入时内存不足，内存中的台账已不可用",
             "memory ran out during a write; this ledger in memory is lost")
        .Hint("关闭它，重新建立", "close it and make a new one")
        .ToStatus();
  }
  // The old one first: it may hold the file's lock.
  handle->ledger.reset();
  auto opened =
      handle->host != nullptr
          ? Ledger::Over(
                std::make_unique<duban::journal::HostJournal>(handle->host))
          : Ledger::Open(handle->path, handle->options);
  if (!opened.ok()) return opened.status();
  handle->ledger = *std::move(opened);
  handle->lost = false;
  return absl::OkStatus();
}

// Calls `use` with the ledger, alone. Where `use` throws while it writes, the
// handle opens its file again at the next call.
absl::Status With(duban_ledger* handle, bool writes,
                  absl::FunctionRef<absl::Status(Ledger&)> use) {
  const std::lock_guard<std::mutex> lock(handle->mutex);
  if (handle->lost) {
    if (absl::Status opened = OpenAgain(handle); !opened.ok()) return opened;
  }
  handle->lost = writes;
  absl::Status status = use(*handle->ledger);
  handle->lost = false;
  return status;
}

absl::Status Refusal(const duban::v1::Receipt& receipt, bool keep_good) {
  const auto& faults = receipt.faults().errors();
  const bool refused =
      std::any_of(faults.begin(), faults.end(), [](const auto& detail) {
        return detail.severity() != duban::v1::WARNING;
      });
  if (!refused || keep_good) return absl::OkStatus();
  return duban::capi::StatusOf(absl::StatusCode::kFailedPrecondition,
                               receipt.faults());
}

// Writes, and hands out the receipt whether or not the batch was taken.
absl::Status Write(
    duban_ledger* handle, bool keep_good, int32_t format,
    duban_buffer** receipt,
    absl::FunctionRef<absl::StatusOr<duban::v1::Receipt>(Ledger&)> write) {
  duban::v1::Receipt written;
  const absl::Status done =
      With(handle, /*writes=*/true, [&](Ledger& ledger) -> absl::Status {
        absl::StatusOr<duban::v1::Receipt> result = write(ledger);
        if (!result.ok()) return result.status();
        written = *std::move(result);
        return absl::OkStatus();
      });
  if (!done.ok()) return done;
  const absl::Status filled = duban::capi::Fill(written, format, receipt);
  return filled.ok() ? Refusal(written, keep_good) : filled;
}

void ReadApplyOptions(const duban_apply_options* given, Arguments* arguments,
                      duban::ApplyOptions* options) {
  duban_apply_options read;
  arguments->Options(given, "options", &read)
      .Choice(read.keep_good, "options.keep_good", &options->keep_good)
      .Choice(read.dry_run, "options.dry_run", &options->dry_run);
}

void Copy(const duban::v1::LedgerHead& head, uint64_t* sequence, char* digest) {
  if (sequence != nullptr) *sequence = head.sequence();
  if (digest == nullptr) return;
  const size_t size =
      std::min(head.digest().size(), size_t{DUBAN_DIGEST_SIZE - 1});
  std::memcpy(digest, head.digest().data(), size);
  digest[size] = '\0';
}

void ClearHead(uint64_t* sequence, char* digest) {
  if (sequence != nullptr) *sequence = 0;
  if (digest != nullptr) digest[0] = '\0';
}

}  // namespace

duban_status duban_ledger_open(const char* path, size_t path_size,
                               const duban_ledger_options* options,
                               duban_ledger** ledger, duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    auto handle = std::make_unique<duban_ledger>();
    duban_ledger_options read;
    bool must_exist;
    Arguments arguments;
    arguments.NeedOutput(ledger, "ledger")
        .Text(path, path_size, "path", &handle->path)
        .Options(options, "options", &read)
        .Choice(read.read_only, "options.read_only", &handle->options.read_only)
        .Choice(read.must_exist, "options.must_exist", &must_exist);
    if (!arguments.ok()) return arguments.status();
    handle->options.create = !must_exist;
    handle->options.until_sequence = read.until_sequence;
    auto opened = Ledger::Open(handle->path, handle->options);
    if (!opened.ok()) return opened.status();
    handle->ledger = *std::move(opened);
    // A file that has gone since is not to be made anew.
    handle->options.create = false;
    *ledger = handle.release();
    return absl::OkStatus();
  });
}

duban_status duban_ledger_open_in_memory(duban_ledger** ledger,
                                         duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    Arguments arguments;
    if (!arguments.NeedOutput(ledger, "ledger").ok()) {
      return arguments.status();
    }
    auto handle = std::make_unique<duban_ledger>();
    auto opened = Ledger::InMemory();
    if (!opened.ok()) return opened.status();
    handle->ledger = *std::move(opened);
    *ledger = handle.release();
    return absl::OkStatus();
  });
}

duban_status duban_ledger_apply(duban_ledger* ledger, const void* batch,
                                size_t batch_size, int32_t batch_format,
                                const duban_apply_options* options,
                                int32_t receipt_format, duban_buffer** receipt,
                                duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    absl::string_view bytes;
    duban::ApplyOptions how;
    Arguments arguments;
    arguments.Clear(receipt)
        .Need(ledger, "ledger")
        .Bytes(batch, batch_size, "batch", &bytes)
        .Format(batch_format, "batch_format")
        .Format(receipt_format, "receipt_format");
    ReadApplyOptions(options, &arguments, &how);
    if (!arguments.ok()) return arguments.status();
    duban::v1::Batch changes;
    if (absl::Status read =
            duban::capi::Read(bytes, batch_format, "batch", &changes);
        !read.ok()) {
      return read;
    }
    return Write(ledger, how.keep_good, receipt_format, receipt,
                 [&](Ledger& l) { return l.Apply(changes, how); });
  });
}

duban_status duban_ledger_adopt_pack(duban_ledger* ledger,
                                     const duban_pack* pack,
                                     int32_t receipt_format,
                                     duban_buffer** receipt,
                                     duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    Arguments arguments;
    arguments.Clear(receipt)
        .Need(ledger, "ledger")
        .Need(pack, "pack")
        .Format(receipt_format, "receipt_format");
    if (!arguments.ok()) return arguments.status();
    return Write(ledger, /*keep_good=*/false, receipt_format, receipt,
                 [&](Ledger& l) { return l.Adopt(*pack->pack); });
  });
}

duban_status duban_ledger_import_folder(
    duban_ledger* ledger, const duban_pack* adopt, const char* path,
    size_t path_size, const duban_apply_options* options,
    int32_t receipt_format, duban_buffer** receipt, duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    std::string folder;
    duban::ApplyOptions how;
    Arguments arguments;
    arguments.Clear(receipt)
        .Need(ledger, "ledger")
        .Text(path, path_size, "path", &folder)
        .Format(receipt_format, "receipt_format");
    ReadApplyOptions(options, &arguments, &how);
    if (!arguments.ok()) return arguments.status();
    return Write(
        ledger, how.keep_good, receipt_format, receipt, [&](Ledger& l) {
          return l.Import(folder, how,
                          adopt == nullptr ? nullptr : adopt->pack.get());
        });
  });
}

duban_status duban_ledger_import_arrow(
    duban_ledger* ledger, const char* table, size_t table_size,
    ArrowArrayStream* stream, const duban_apply_options* options,
    int32_t receipt_format, duban_buffer** receipt, duban_error** error) {
  const duban_status status = Call(error, [&]() -> absl::Status {
    std::string name;
    duban::ApplyOptions how;
    Arguments arguments;
    arguments.Clear(receipt)
        .Need(ledger, "ledger")
        .Text(table, table_size, "table", &name)
        .Need(stream, "stream")
        .Format(receipt_format, "receipt_format");
    ReadApplyOptions(options, &arguments, &how);
    if (!arguments.ok()) return arguments.status();
    return Write(ledger, how.keep_good, receipt_format, receipt,
                 [&](Ledger& l) { return l.ImportArrow(name, stream, how); });
  });
  // Where it never came to reading.
  if (stream != nullptr && stream->release != nullptr) stream->release(stream);
  return status;
}

duban_status duban_ledger_head(duban_ledger* ledger, uint64_t* sequence,
                               char digest[DUBAN_DIGEST_SIZE],
                               duban_error** error) {
  ClearHead(sequence, digest);
  return Call(error, [&]() -> absl::Status {
    if (ledger == nullptr) return duban::capi::NullArgument("ledger");
    return With(ledger, /*writes=*/false, [&](Ledger& l) {
      Copy(l.head(), sequence, digest);
      return absl::OkStatus();
    });
  });
}

duban_status duban_ledger_view(duban_ledger* ledger, duban_view** view,
                               duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    Arguments arguments;
    arguments.NeedOutput(view, "view").Need(ledger, "ledger");
    if (!arguments.ok()) return arguments.status();
    return With(ledger, /*writes=*/false, [&](Ledger& l) {
      *view = new duban_view{l.View()};
      return absl::OkStatus();
    });
  });
}

duban_status duban_ledger_refresh(duban_ledger* ledger, duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    if (ledger == nullptr) return duban::capi::NullArgument("ledger");
    return With(ledger, /*writes=*/true, [](Ledger& l) { return l.Refresh(); });
  });
}

duban_status duban_ledger_checkpoint(duban_ledger* ledger, int32_t drop,
                                     duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    bool drops = false;
    Arguments arguments;
    arguments.Need(ledger, "ledger").Choice(drop, "drop", &drops);
    if (!arguments.ok()) return arguments.status();
    return With(ledger, /*writes=*/true, [&](Ledger& l) {
      return drops ? l.DropCheckpoint() : l.WriteCheckpoint();
    });
  });
}

void duban_ledger_close(duban_ledger* ledger) { delete ledger; }

duban_status duban_ledger_verify(const char* path, size_t path_size,
                                 const char* head, size_t head_size,
                                 int32_t format, duban_buffer** report,
                                 duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    std::string file;
    std::string known;
    Arguments arguments;
    arguments.NeedOutput(report, "report")
        .Text(path, path_size, "path", &file)
        .Format(format, "format");
    // Null is none, however its size is given.
    if (head != nullptr) arguments.Text(head, head_size, "head", &known);
    if (!arguments.ok()) return arguments.status();
    duban::journal::VerifyOptions options;
    if (head != nullptr) {
      const auto digest = duban::DigestFromHex(known);
      if (!digest.ok()) return digest.status();
      options.known_head = *digest;
    }
    const auto verified = duban::journal::Verify(file, options);
    if (!verified.ok()) return verified.status();
    duban::v1::VerifyReport message;
    message.set_entries(verified->entries);
    message.set_batches(verified->batches);
    message.mutable_head()->set_sequence(verified->head.sequence);
    message.mutable_head()->set_digest(duban::ToHex(verified->head.digest));
    return duban::capi::Fill(message, format, report);
  });
}

duban_status duban_view_head(const duban_view* view, uint64_t* sequence,
                             char digest[DUBAN_DIGEST_SIZE],
                             duban_error** error) {
  ClearHead(sequence, digest);
  return Call(error, [&]() -> absl::Status {
    if (view == nullptr) return duban::capi::NullArgument("view");
    Copy(view->view->head(), sequence, digest);
    return absl::OkStatus();
  });
}

void duban_view_free(duban_view* view) { delete view; }
