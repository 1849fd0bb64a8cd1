// A small campaign for the tests of the C interface: two members, a lecture
// each is worth ten points. Nothing here but duban.h and the standard library,
// as in a program that uses the shared library.
#ifndef DUBAN_TESTS_CAPI_CASE_H_
#define DUBAN_TESTS_CAPI_CASE_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "duban/duban.h"

namespace duban_test {

inline constexpr char kPack[] = R"(
format_version: 1
id: "lectures"
version: "2021.1"
title { zh: "党课" en: "Lectures" }
issuer { zh: "学校" }
issued_on: "2021-01-01"
term { from: "2021-01-01" until: "2021-12-31" }
code_list {
  id: "organization-kind"
  title { zh: "组织类型" }
  code { id: "branch" title { zh: "党支部" en: "Branch" } }
}
code_list {
  id: "person-kind"
  title { zh: "人员类别" }
  code { id: "member" title { zh: "党员" en: "Member" } }
}
code_list {
  id: "activity-kind"
  title { zh: "活动类型" }
  code { id: "lecture" title { zh: "党课" en: "Lecture" } }
}
quota {
  id: "lecture"
  title { zh: "党课" en: "Lecture" }
  subject: EACH_PERSON
  every: YEAR
  need {
    id: "one"
    title { zh: "党课" en: "Lecture" }
    tally { from: ACTIVITIES where: "activity.kind == 'lecture'" count {} }
    at_least: "1"
    unit { zh: "次" en: "times" }
  }
}
scheme {
  id: "member"
  title { zh: "党员评价" en: "Members" }
  subject: EACH_PERSON
  every: YEAR
  metric {
    id: "lectures"
    title { zh: "党课次数" en: "Lectures" }
    tally { from: ACTIVITIES where: "activity.kind == 'lecture'" count {} }
    unit { zh: "次" }
  }
  criterion {
    id: "lectures"
    title { zh: "授课" en: "Lectures" }
    max: "20"
    points: "lectures * 10"
  }
}
test {
  id: "one-lecture"
  as_of: "2021-12-31"
  change { put_organization { id: "b1" name: "第一党支部" kind: "branch" } }
  change {
    put_person { id: "m1" name: "王敏" organization: "b1" kinds: "member" }
  }
  change {
    record_activity {
      id: "a1" kind: "lecture" date: "2021-03-01" participants: "m1"
    }
  }
  expect { scheme: "member" subject: "m1" total: "10" }
}
)";

inline constexpr char kBatch[] = R"({"changes": [
  {"key": "k1",
   "put_organization": {"id": "b1", "name": "第一党支部", "kind": "branch"}},
  {"key": "k2",
   "put_person": {"id": "m1", "name": "王敏", "organization": "b1",
                  "kinds": ["member"]}},
  {"key": "k3",
   "put_person": {"id": "m2", "name": "李强", "organization": "b1",
                  "kinds": ["member"]}},
  {"key": "k4",
   "record_activity": {"id": "a1", "kind": "lecture", "date": "2021-03-01",
                       "participants": ["m1"]}}]})";

// The person's branch does not exist.
inline constexpr char kBadBatch[] = R"({"changes": [
  {"put_organization": {"id": "b9", "name": "第九党支部", "kind": "branch"}},
  {"put_person": {"id": "m9", "name": "赵磊", "organization": "b8"}}]})";

struct Free {
  void operator()(duban_buffer* b) const { duban_buffer_free(b); }
  void operator()(duban_error* e) const { duban_error_free(e); }
  void operator()(duban_pack* p) const { duban_pack_free(p); }
  void operator()(duban_ledger* l) const { duban_ledger_close(l); }
  void operator()(duban_view* v) const { duban_view_free(v); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

// An output parameter that frees what it was given.
template <typename T>
class Out {
 public:
  explicit Out(Owned<T>* owned) : owned_(owned) {}
  ~Out() { owned_->reset(raw_); }
  operator T**() { return &raw_; }  // NOLINT

 private:
  Owned<T>* owned_;
  T* raw_ = nullptr;
};
template <typename T>
Out<T> Into(Owned<T>* owned) {
  return Out<T>(owned);
}

inline std::string TextOf(const Owned<duban_buffer>& buffer) {
  if (buffer == nullptr) return "(null)";
  return std::string(duban_buffer_data(buffer.get()),
                     duban_buffer_size(buffer.get()));
}

inline std::string Reason(const Owned<duban_error>& error) {
  return duban_error_reason(error.get());
}

inline Owned<duban_pack> ParsePack(const std::string& text = kPack) {
  const duban_source source = {"pack.textproto", DUBAN_STRLEN, text.data(),
                               text.size()};
  Owned<duban_pack> pack;
  Owned<duban_error> error;
  EXPECT_EQ(duban_pack_parse(&source, 1, Into(&pack), Into(&error)), DUBAN_OK)
      << duban_error_text(error.get());
  return pack;
}

inline Owned<duban_ledger> MemoryLedger() {
  Owned<duban_ledger> ledger;
  EXPECT_EQ(duban_ledger_open_in_memory(Into(&ledger), nullptr), DUBAN_OK);
  return ledger;
}

inline duban_status ApplyJson(const Owned<duban_ledger>& ledger,
                              const std::string& batch,
                              Owned<duban_buffer>* receipt,
                              Owned<duban_error>* error) {
  return duban_ledger_apply(ledger.get(), batch.data(), batch.size(),
                            DUBAN_FORMAT_JSON, nullptr, DUBAN_FORMAT_JSON,
                            Into(receipt), Into(error));
}

// The campaign with everything applied.
struct Campaign {
  Campaign() : pack(ParsePack()), ledger(MemoryLedger()) {
    Owned<duban_buffer> receipt;
    Owned<duban_error> error;
    EXPECT_EQ(duban_ledger_adopt_pack(ledger.get(), pack.get(),
                                      DUBAN_FORMAT_PROTOBUF, nullptr, nullptr),
              DUBAN_OK);
    EXPECT_EQ(ApplyJson(ledger, kBatch, &receipt, &error), DUBAN_OK)
        << duban_error_text(error.get());
    EXPECT_EQ(duban_ledger_view(ledger.get(), Into(&view), nullptr), DUBAN_OK);
  }

  Owned<duban_pack> pack;
  Owned<duban_ledger> ledger;
  Owned<duban_view> view;
};

// A folder that is gone after the test; in memory where there is such a place,
// because a ledger waits for the disk with every batch.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    const std::filesystem::path memory = "/dev/shm";
    std::string name = ((std::filesystem::is_directory(memory)
                             ? memory
                             : std::filesystem::temp_directory_path()) /
                        "duban-capi-XXXXXX")
                           .string();
    path_ = mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  std::string File(const std::string& name) const {
    return (path_ / name).string();
  }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return File(name);
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace duban_test

#endif  // DUBAN_TESTS_CAPI_CASE_H_
