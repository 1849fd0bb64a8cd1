// Duban for C++17 programs that link libduban: RAII over duban/duban.h.
//
//   namespace abi = duban::abi;
//   auto pack = abi::Pack::Load("pack");
//   auto ledger = abi::Ledger::Open("campaign.duban");
//   ledger.AdoptPack(pack);
//   ledger.ImportFolder("tables");
//   std::cout << pack.Assess(ledger.View(), "2021-12-31", {},
//                            abi::Format::kJson);
//
// Header only, standard library types only: it crosses the C ABI, so compiler
// and standard library of the program are its own business. Messages are
// bytes; generate classes from the .proto files, or take Format::kJson. (The
// other C++ API, duban/pack.h and its neighbours, has messages and Abseil in
// its signatures and is linked statically.)
//
// What fails throws duban::abi::Error. Objects own their handles, move, and do
// not copy; a moved-from object may only be destroyed or assigned to. Thread
// rules are those of the handles: Pack and View never change and may be shared
// by threads, calls on one Ledger wait for each other.
#ifndef DUBAN_DUBAN_HPP_
#define DUBAN_DUBAN_HPP_

#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "duban/duban.h"

namespace duban::abi {

enum class Format : int32_t {
  kProtobuf = DUBAN_FORMAT_PROTOBUF,
  kJson = DUBAN_FORMAT_JSON,
  kText = DUBAN_FORMAT_TEXT,
  kCsv = DUBAN_FORMAT_CSV,
};

// One thing that is wrong; see duban_fault for the parts.
struct Fault {
  bool warning = false;
  duban_status code = DUBAN_OK;
  int32_t line = 0;
  int32_t column = 0;
  int32_t change = 0;
  int64_t row = 0;
  std::string reason;
  std::string file;
  std::string field;
  std::string message_zh;
  std::string message_en;
  std::string hint_zh;
  std::string hint_en;
};

// Copying shares; never throws.
class Error : public std::exception {
 public:
  // Takes the error over. Throws bad_alloc for want of memory, instead of
  // being made.
  Error(duban_status code, duban_error* error) : code_(code) {
    std::unique_ptr<duban_error, void (*)(duban_error*)> owned(
        error, duban_error_free);
    auto content = std::make_shared<Content>();
    content->text = duban_error_text(error);
    content->omitted = duban_error_omitted(error);
    content->first = duban_error_first(error);
    const size_t count = duban_error_count(error);
    content->faults.reserve(count + 1);
    for (size_t i = 0; i < count; ++i) {
      duban_fault fault = {};
      fault.struct_size = sizeof fault;
      duban_error_fault(error, i, &fault);
      content->faults.push_back(
          {fault.severity == DUBAN_SEVERITY_WARNING, fault.code, fault.line,
           fault.column, fault.change, fault.row, fault.reason, fault.file,
           fault.field, fault.message_zh, fault.message_en, fault.hint_zh,
           fault.hint_en});
    }
    if (count == 0) content->faults.emplace_back();
    content_ = std::move(content);
  }

  // For people, in both languages.
  const char* what() const noexcept override { return content_->text.c_str(); }
  duban_status code() const noexcept { return code_; }
  // Stable, for programs.
  const std::string& reason() const noexcept { return first().reason; }
  // The first fault that is not a warning, and all of them.
  const Fault& first() const noexcept {
    return content_->faults[content_->first];
  }
  const std::vector<Fault>& faults() const noexcept { return content_->faults; }
  // How many more there were than are listed.
  int64_t omitted() const noexcept { return content_->omitted; }

 private:
  struct Content {
    std::string text;
    size_t first = 0;
    int64_t omitted = 0;
    std::vector<Fault> faults;
  };

  duban_status code_;
  std::shared_ptr<const Content> content_;
};

// A batch that was refused: also carries the receipt.
class Refused : public Error {
 public:
  Refused(duban_status code, duban_error* error, std::string receipt)
      : Error(code, error),
        receipt_(std::make_shared<const std::string>(std::move(receipt))) {}
  const std::string& receipt() const noexcept { return *receipt_; }

 private:
  std::shared_ptr<const std::string> receipt_;
};

namespace internal {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* handle) const noexcept {
    Free(handle);
  }
};
template <typename T, auto Free>
using Handle = std::unique_ptr<T, Deleter<Free>>;
using Buffer = Handle<duban_buffer, duban_buffer_free>;

// By reference: the call that sets `error` is an argument beside it, and may
// be evaluated after it.
inline void Check(duban_status status, duban_error*& error) {
  if (status == DUBAN_OK) return;
  throw Error(status, error);
}

inline std::string Take(duban_buffer* buffer) {
  const Buffer owned(buffer);
  if (owned == nullptr) return {};
  return std::string(duban_buffer_data(buffer), duban_buffer_size(buffer));
}

// Calls `make` with a place for a buffer and one for an error.
template <typename F>
std::string Bytes(F&& make) {
  duban_buffer* buffer = nullptr;
  duban_error* error = nullptr;
  const duban_status status = make(&buffer, &error);
  if (status == DUBAN_OK) return Take(buffer);
  const Buffer owned(buffer);
  throw Error(status, error);
}

// The same for receipts, which are there although the batch was refused.
template <typename F>
std::string Receipt(F&& write) {
  duban_buffer* buffer = nullptr;
  duban_error* error = nullptr;
  const duban_status status = write(&buffer, &error);
  if (status == DUBAN_OK) return Take(buffer);
  if (buffer == nullptr) throw Error(status, error);
  Handle<duban_error, duban_error_free> owned(error);
  std::string receipt = Take(buffer);
  throw Refused(status, owned.release(), std::move(receipt));
}

}  // namespace internal

// Where a ledger stands: number of the last entry, and its digest.
struct Head {
  uint64_t sequence = 0;
  std::string digest;

  friend bool operator==(const Head& a, const Head& b) {
    return a.sequence == b.sequence && a.digest == b.digest;
  }
  friend bool operator!=(const Head& a, const Head& b) { return !(a == b); }
};

struct LedgerOptions {
  bool read_only = false;
  bool must_exist = false;
  // The ledger as it was when this was its last entry; 0 = as it is now.
  uint64_t until_sequence = 0;
};

struct ExportOptions {
  bool chinese = false;
  bool gb18030 = false;
  bool unmasked = false;
};

struct ApplyOptions {
  bool keep_good = false;
  bool dry_run = false;
};

// An immutable picture of a ledger.
class View {
 public:
  explicit View(duban_view* handle) : handle_(handle) {}

  Head GetHead() const {
    char digest[DUBAN_DIGEST_SIZE];
    Head head;
    duban_error* error = nullptr;
    internal::Check(
        duban_view_head(handle_.get(), &head.sequence, digest, &error), error);
    head.digest = digest;
    return head;
  }
  // duban.v1.Query in, duban.v1.QueryAnswer out, both in `format`.
  std::string Query(std::string_view query,
                    Format format = Format::kProtobuf) const {
    return internal::Bytes([&](duban_buffer** out, duban_error** error) {
      const auto f = static_cast<int32_t>(format);
      return duban_view_query(get(), query.data(), query.size(), f, f, out,
                              error);
    });
  }
  // All of it, into a new folder of CSV tables.
  void Export(std::string_view path, ExportOptions options = {}) const {
    const duban_export_options given = {sizeof given, options.chinese,
                                        options.gb18030, options.unmasked, 0};
    duban_error* error = nullptr;
    internal::Check(
        duban_view_export(get(), path.data(), path.size(), &given, &error),
        error);
  }
  // Of what it holds, whatever its history.
  std::string Digest() const {
    char digest[DUBAN_DIGEST_SIZE];
    duban_error* error = nullptr;
    internal::Check(duban_view_digest(get(), digest, &error), error);
    return digest;
  }
  const duban_view* get() const noexcept { return handle_.get(); }

 private:
  internal::Handle<duban_view, duban_view_free> handle_;
};

// What was decided. Immutable.
class Pack {
 public:
  explicit Pack(duban_pack* handle) : handle_(handle) {}

  // A file or a folder.
  static Pack Load(std::string_view path) {
    return Make([&](duban_pack** pack, duban_error** error) {
      return duban_pack_load(path.data(), path.size(), pack, error);
    });
  }
  // From memory: (file name, text).
  static Pack Parse(
      const std::vector<std::pair<std::string, std::string>>& files) {
    std::vector<duban_source> sources;
    sources.reserve(files.size());
    for (const auto& [name, text] : files) {
      sources.push_back({name.data(), name.size(), text.data(), text.size()});
    }
    return Make([&](duban_pack** pack, duban_error** error) {
      return duban_pack_parse(sources.data(), sources.size(), pack, error);
    });
  }
  // From a serialized duban.v1.Pack.
  static Pack FromBytes(std::string_view bytes) {
    return Make([&](duban_pack** pack, duban_error** error) {
      return duban_pack_from_bytes(bytes.data(), bytes.size(), pack, error);
    });
  }

  std::string id() const { return duban_pack_id(get()); }
  std::string version() const { return duban_pack_version(get()); }
  std::string digest() const { return duban_pack_digest(get()); }
  std::string Message(Format format = Format::kProtobuf) const {
    return internal::Bytes([&](duban_buffer** out, duban_error** error) {
      return duban_pack_message(get(), static_cast<int32_t>(format), out,
                                error);
    });
  }
  // duban.v1.ErrorList.
  std::string Warnings(Format format = Format::kProtobuf) const {
    return internal::Bytes([&](duban_buffer** out, duban_error** error) {
      return duban_pack_warnings(get(), static_cast<int32_t>(format), out,
                                 error);
    });
  }
  // Runs the pack's tests; returns how many expectations were met, and throws
  // where one was not.
  int64_t Test() const {
    int64_t expectations = 0;
    duban_error* error = nullptr;
    internal::Check(duban_pack_test(get(), nullptr, &expectations, &error),
                    error);
    return expectations;
  }

  // duban.v1.Assessment; of one scheme, or of all.
  std::string Assess(const View& view, std::string_view as_of,
                     std::string_view scheme = {},
                     Format format = Format::kProtobuf) const {
    const duban_assess_options options = {sizeof options, scheme.data(),
                                          scheme.size()};
    return internal::Bytes([&](duban_buffer** out, duban_error** error) {
      return duban_pack_assess(get(), view.get(), as_of.data(), as_of.size(),
                               &options, static_cast<int32_t>(format), out,
                               error);
    });
  }
  // duban.v1.DutyReport; of one subject, or of all.
  std::string Duties(const View& view, std::string_view as_of,
                     std::string_view subject = {},
                     Format format = Format::kProtobuf) const {
    const duban_duties_options options = {sizeof options, subject.data(),
                                          subject.size()};
    return internal::Bytes([&](duban_buffer** out, duban_error** error) {
      return duban_pack_duties(get(), view.get(), as_of.data(), as_of.size(),
                               &options, static_cast<int32_t>(format), out,
                               error);
    });
  }
  // duban.v1.ReminderReport: what falls due within so many working days.
  std::string Reminders(const View& view, std::string_view as_of,
                        int32_t within = 5,
                        Format format = Format::kProtobuf) const {
    return internal::Bytes([&](duban_buffer** out, duban_error** error) {
      return duban_pack_reminders(get(), view.get(), as_of.data(), as_of.size(),
                                  within, static_cast<int32_t>(format), out,
                                  error);
    });
  }
  // duban.v1.DayReport: why each day is worked or not.
  std::string Days(std::string_view from = {}, std::string_view until = {},
                   Format format = Format::kProtobuf) const {
    return internal::Bytes([&](duban_buffer** out, duban_error** error) {
      return duban_pack_days(get(), from.data(), from.size(), until.data(),
                             until.size(), static_cast<int32_t>(format), out,
                             error);
    });
  }
  // duban.v1.MovedDayReport: what is due otherwise by this pack than by an
  // earlier one.
  std::string MovedDays(const Pack& before, std::string_view from = {},
                        std::string_view until = {},
                        Format format = Format::kProtobuf) const {
    return internal::Bytes([&](duban_buffer** out, duban_error** error) {
      return duban_pack_moved_days(before.get(), get(), from.data(),
                                   from.size(), until.data(), until.size(),
                                   static_cast<int32_t>(format), out, error);
    });
  }
  // duban.v1.Explanation.
  std::string Explain(const View& view, std::string_view as_of,
                      std::string_view subject,
                      Format format = Format::kProtobuf) const {
    return internal::Bytes([&](duban_buffer** out, duban_error** error) {
      return duban_pack_explain(get(), view.get(), as_of.data(), as_of.size(),
                                subject.data(), subject.size(),
                                static_cast<int32_t>(format), out, error);
    });
  }
  const duban_pack* get() const noexcept { return handle_.get(); }

 private:
  template <typename F>
  static Pack Make(F&& make) {
    duban_pack* pack = nullptr;
    duban_error* error = nullptr;
    internal::Check(make(&pack, &error), error);
    return Pack(pack);
  }

  internal::Handle<duban_pack, duban_pack_free> handle_;
};

// What happened, append-only.
class Ledger {
 public:
  explicit Ledger(duban_ledger* handle) : handle_(handle) {}

  static Ledger Open(std::string_view path, LedgerOptions options = {}) {
    const duban_ledger_options given = {sizeof given, options.read_only,
                                        options.must_exist,
                                        options.until_sequence};
    duban_ledger* ledger = nullptr;
    duban_error* error = nullptr;
    internal::Check(
        duban_ledger_open(path.data(), path.size(), &given, &ledger, &error),
        error);
    return Ledger(ledger);
  }
  static Ledger InMemory() {
    duban_ledger* ledger = nullptr;
    duban_error* error = nullptr;
    internal::Check(duban_ledger_open_in_memory(&ledger, &error), error);
    return Ledger(ledger);
  }

  // duban.v1.Batch in, duban.v1.Receipt out, both in `format`. Throws Refused
  // where the batch was, unless options.keep_good.
  std::string Apply(std::string_view batch, ApplyOptions options = {},
                    Format format = Format::kProtobuf) {
    const duban_apply_options given = {sizeof given, options.keep_good,
                                       options.dry_run};
    return internal::Receipt([&](duban_buffer** out, duban_error** error) {
      const auto f = static_cast<int32_t>(format);
      return duban_ledger_apply(get(), batch.data(), batch.size(), f, &given, f,
                                out, error);
    });
  }
  std::string AdoptPack(const Pack& pack, Format format = Format::kProtobuf) {
    return internal::Receipt([&](duban_buffer** out, duban_error** error) {
      return duban_ledger_adopt_pack(get(), pack.get(),
                                     static_cast<int32_t>(format), out, error);
    });
  }
  // A folder of CSV tables as one batch, and first of all the pack, if one is
  // to be adopted.
  std::string ImportFolder(std::string_view path, ApplyOptions options = {},
                           Format format = Format::kProtobuf,
                           const Pack* adopt = nullptr) {
    const duban_apply_options given = {sizeof given, options.keep_good,
                                       options.dry_run};
    return internal::Receipt([&](duban_buffer** out, duban_error** error) {
      return duban_ledger_import_folder(
          get(), adopt == nullptr ? nullptr : adopt->get(), path.data(),
          path.size(), &given, static_cast<int32_t>(format), out, error);
    });
  }

  Head GetHead() {
    char digest[DUBAN_DIGEST_SIZE];
    Head head;
    duban_error* error = nullptr;
    internal::Check(duban_ledger_head(get(), &head.sequence, digest, &error),
                    error);
    head.digest = digest;
    return head;
  }
  // Makes opening the ledger quick; no result depends on it.
  void Checkpoint() { Checkpoint(false); }
  void DropCheckpoint() { Checkpoint(true); }
  abi::View View() {
    duban_view* view = nullptr;
    duban_error* error = nullptr;
    internal::Check(duban_ledger_view(get(), &view, &error), error);
    return abi::View(view);
  }
  duban_ledger* get() const noexcept { return handle_.get(); }

 private:
  void Checkpoint(bool drop) {
    duban_error* error = nullptr;
    internal::Check(duban_ledger_checkpoint(get(), drop, &error), error);
  }

  internal::Handle<duban_ledger, duban_ledger_close> handle_;
};

// Checks a ledger file from end to end, against a head that was written down
// if one is given; duban.v1.VerifyReport.
inline std::string Verify(std::string_view path,
                          std::optional<std::string_view> head = {},
                          Format format = Format::kProtobuf) {
  // An empty head is a wrong one, not none.
  const std::string known(head.value_or(std::string_view()));
  return internal::Bytes([&](duban_buffer** out, duban_error** error) {
    return duban_ledger_verify(path.data(), path.size(),
                               head ? known.c_str() : nullptr, known.size(),
                               static_cast<int32_t>(format), out, error);
  });
}

// Checks a pack and returns what is to be said of it, good or not:
// duban.v1.ErrorList. Throws only where it could not be checked.
inline std::string CheckPack(std::string_view path,
                             Format format = Format::kProtobuf) {
  duban_buffer* buffer = nullptr;
  duban_error* error = nullptr;
  const duban_status status = duban_pack_check(
      path.data(), path.size(), static_cast<int32_t>(format), &buffer, &error);
  if (buffer == nullptr) internal::Check(status, error);
  duban_error_free(error);
  return internal::Take(buffer);
}

// A message from one format into another.
inline std::string Convert(std::string_view type, std::string_view bytes,
                           Format from, Format to) {
  return internal::Bytes([&](duban_buffer** out, duban_error** error) {
    return duban_message_convert(type.data(), type.size(), bytes.data(),
                                 bytes.size(), static_cast<int32_t>(from),
                                 static_cast<int32_t>(to), out, error);
  });
}

}  // namespace duban::abi

#endif  // DUBAN_DUBAN_HPP_
