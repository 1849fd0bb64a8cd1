// Ledgers that the host keeps, through callbacks.

#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/ledger.h"
#include "src/base/diagnostic.h"
#include "src/capi/call.h"
#include "src/capi/handles.h"
#include "src/journal/host.h"

namespace {

using duban::journal::Entry;
using duban::journal::Head;
using duban::journal::Position;

// A status of the host's for the call that caused it.
absl::Status OfHost(duban_status status, const char* callback) {
  if (status == DUBAN_OK) return absl::OkStatus();
  const bool known = status > DUBAN_OK && status <= DUBAN_UNAUTHENTICATED;
  const absl::string_view name =
      duban_status_name(known ? status : DUBAN_UNKNOWN);
  return duban::Fault("JOURNAL_CALLBACK_FAILED",
                      known ? static_cast<absl::StatusCode>(status)
                            : absl::StatusCode::kUnknown)
      .Field(callback)
      .Say(absl::StrCat("宿主的台账存储返回 ", name),
           absl::StrCat("the host's journal returned ", name))
      .Hint("请查看宿主程序的日志", "see the log of the host program")
      .ToStatus();
}

// What is underway while the host reads.
struct Sink {
  const std::function<absl::Status(const Entry&)>* put;
  absl::Status status;
};

// No exception may cross the host's frames.
duban_status PutInto(void* sink_pointer,
                     const duban_journal_entry* given) noexcept {
  Sink* sink = static_cast<Sink*>(sink_pointer);
  try {
    if (!sink->status.ok()) return DUBAN_CANCELLED;
    if (given == nullptr || given->digest == nullptr ||
        (given->payload == nullptr && given->payload_size > 0)) {
      sink->status = duban::capi::NullArgument("entry");
    } else {
      Entry entry;
      entry.sequence = given->sequence;
      entry.batch = given->batch;
      if (given->payload_size > 0) {
        entry.payload.assign(static_cast<const char*>(given->payload),
                             given->payload_size);
      }
      std::memcpy(entry.digest.data(), given->digest, entry.digest.size());
      sink->status = (*sink->put)(entry);
    }
  } catch (...) {
    sink->status = absl::ResourceExhaustedError("");
  }
  return static_cast<duban_status>(sink->status.code());
}

class CallbackStore final : public duban::journal::HostStore {
 public:
  explicit CallbackStore(const duban_journal_callbacks& callbacks)
      : callbacks_(callbacks) {}
  ~CallbackStore() override {
    if (owned_ && callbacks_.release != nullptr) {
      callbacks_.release(callbacks_.context);
    }
  }
  // From now on the context is to be released.
  void Own() { owned_ = true; }

  absl::StatusOr<Position> Last() override {
    Position last;
    absl::Status status =
        OfHost(callbacks_.last(callbacks_.context, &last.head.sequence,
                               &last.batch, last.head.digest.data()),
               "last");
    if (!status.ok()) return status;
    return last;
  }

  absl::Status Append(const Head& expected,
                      absl::Span<const Entry> entries) override {
    std::vector<duban_journal_entry> given;
    given.reserve(entries.size());
    for (const Entry& entry : entries) {
      given.push_back({entry.sequence, entry.batch, entry.payload.data(),
                       entry.payload.size(), entry.digest.data()});
    }
    return OfHost(
        callbacks_.append(callbacks_.context, expected.sequence,
                          expected.digest.data(), given.data(), given.size()),
        "append");
  }

  absl::Status Read(
      uint64_t after,
      const std::function<absl::Status(const Entry&)>& put) override {
    Sink sink{&put, absl::OkStatus()};
    const duban_status status =
        callbacks_.read(callbacks_.context, after, PutInto, &sink);
    if (!sink.status.ok()) return sink.status;
    return OfHost(status, "read");
  }

 private:
  const duban_journal_callbacks callbacks_;
  bool owned_ = false;
};

}  // namespace

duban_status duban_ledger_open_journal(const duban_journal_callbacks* callbacks,
                                       duban_ledger** ledger,
                                       duban_error** error) {
  return duban::capi::Call(error, [&]() -> absl::Status {
    duban_journal_callbacks read;
    duban::capi::Arguments arguments;
    arguments.NeedOutput(ledger, "ledger")
        .Need(callbacks, "callbacks")
        .Options(callbacks, "callbacks", &read);
    if (!arguments.ok()) return arguments.status();
    if (read.last == nullptr) return duban::capi::NullArgument("last");
    if (read.append == nullptr) return duban::capi::NullArgument("append");
    if (read.read == nullptr) return duban::capi::NullArgument("read");
    auto handle = std::make_unique<duban_ledger>();
    auto store = std::make_shared<CallbackStore>(read);
    handle->host = store;
    auto opened = duban::Ledger::Over(
        std::make_unique<duban::journal::HostJournal>(store));
    if (!opened.ok()) return opened.status();
    handle->ledger = *std::move(opened);
    store->Own();
    *ledger = handle.release();
    return absl::OkStatus();
  });
}
