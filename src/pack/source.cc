#include "src/pack/source.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/json_util.h"
#include "src/base/folder.h"
#include "src/base/text.h"
#include "src/pack/csv_table.h"
#include "src/pack/json_positions.h"
#include "src/pack/literal_positions.h"
#include "src/pack/text_positions.h"

namespace duban::pack {
namespace {

namespace fs = std::filesystem;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsJson(absl::string_view name) { return absl::EndsWith(name, ".json"); }
bool IsTable(absl::string_view name) { return absl::EndsWith(name, ".csv"); }
bool IsPackFile(absl::string_view name) {
  return absl::EndsWith(name, ".textproto") || absl::EndsWith(name, ".txtpb") ||
         IsJson(name);
}

// What protobuf's parser still objects to. The scan before it knows the same
// rules, so that nothing should come here; if it does, it is told.
class ParserFaults : public google::protobuf::io::ErrorCollector {
 public:
  ParserFaults(const FileText& file, Faults* faults)
      : file_(file), faults_(faults) {}

#if GOOGLE_PROTOBUF_VERSION >= 4022000
  void RecordError(int line, int column, absl::string_view message) override {
    Tell(line, column, message);
  }
#else
  void AddError(int line, int column, const std::string& message) override {
    Tell(line, column, message);
  }
#endif

 private:
  // The parser counts from 0, in bytes, with tabs to multiples of 8.
  void Tell(int line, int column, absl::string_view message) {
    const std::string& text = file_.text();
    size_t offset = 0;
    for (; line > 0 && offset < text.size(); ++offset) {
      if (text[offset] == '\n') --line;
    }
    for (int at = 0; at < column && offset < text.size(); ++offset) {
      if (text[offset] == '\n') break;
      at = text[offset] == '\t' ? (at + 8) / 8 * 8 : at + 1;
    }
    const LineColumn place = file_.At(offset);
    faults_->Add(Fault("PACK_UNREADABLE")
                     .At(file_.name(), place.line, place.column)
                     .Say(absl::StrCat("无法读取：", message),
                          absl::StrCat("cannot be read: ", message)));
  }

  const FileText& file_;
  Faults* const faults_;
};

v1::Pack ParseTextFormat(const FileText& file, const std::string& clean,
                         Faults* faults) {
  v1::Pack part;
  ParserFaults collector(file, faults);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  parser.SetRecursionLimit(2 * Scan::kMaxDepth);
  parser.ParseFromString(clean, &part);
  return part;
}

v1::Pack ParseJson(const FileText& file, const std::string& clean,
                   Faults* faults) {
  v1::Pack part;
  const auto status = google::protobuf::util::JsonStringToMessage(clean, &part);
  if (!status.ok()) {
    const std::string why = status.ToString();
    faults->Add(Fault("PACK_UNREADABLE")
                    .At(file.name(), 0, 0)
                    .Say(absl::StrCat("无法读取：", why),
                         absl::StrCat("cannot be read: ", why)));
  }
  return part;
}

Fault NotFound(const std::string& path) {
  return Fault("PACK_NOT_FOUND", absl::StatusCode::kNotFound)
      .At(path, 0, 0)
      .Say("没有这个文件或文件夹", "there is no such file or folder")
      .Hint("请检查路径", "check the path");
}

Fault NotReadable(const std::string& path, const std::string& why) {
  return Fault("PACK_NOT_READABLE", absl::StatusCode::kPermissionDenied)
      .At(path, 0, 0)
      .Say(absl::StrCat("无法读取：", why),
           absl::StrCat("cannot be read: ", why))
      .Hint("请检查文件的权限", "check the permissions of the file");
}

Fault FileTooLarge(const std::string& path) {
  const size_t limit = PackSource::kMaxFileBytes >> 20;
  return Fault("PACK_TOO_LARGE", absl::StatusCode::kResourceExhausted)
      .At(path, 0, 0)
      .Say(absl::StrCat("文件超过 ", limit, " MiB"),
           absl::StrCat("the file is larger than ", limit, " MiB"))
      .Hint("请把它拆成几个文件，数据则放进台账的表格",
            "split it into several files; put data into the ledger's tables");
}

Fault PackTooLarge(const std::string& path) {
  const size_t limit = PackSource::kMaxBytes >> 20;
  return Fault("PACK_TOO_LARGE", absl::StatusCode::kResourceExhausted)
      .At(path, 0, 0)
      .Say(absl::StrCat("到这个文件为止，实施包已超过 ", limit,
                        " MiB，其余文件不再读取"),
           absl::StrCat("with this file the pack is larger than ", limit,
                        " MiB; it and those after it are not read"))
      .Hint("请把数据放进台账的表格", "put data into the ledger's tables");
}

bool TooManyFiles(size_t count, const std::string& place, Faults* faults) {
  if (count <= PackSource::kMaxFiles) return false;
  faults->Add(
      Fault("PACK_TOO_LARGE", absl::StatusCode::kResourceExhausted)
          .At(place, 0, 0)
          .Say(absl::StrCat("文件超过 ", PackSource::kMaxFiles, " 个"),
               absl::StrCat("there are more than ", PackSource::kMaxFiles,
                            " files"))
          .Hint("请检查是否选错了文件夹", "is this the folder you meant?"));
  return true;
}

// False, and reported, where it cannot be read. Never reads more than a file
// may hold, whatever the size it claims.
bool ReadFile(const std::string& path, std::string* text, Faults* faults) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    faults->Add(NotReadable(path, "open"));
    return false;
  }
  std::string block(size_t{1} << 16, '\0');
  while (in.read(&block[0], static_cast<std::streamsize>(block.size())) ||
         in.gcount() > 0) {
    text->append(block, 0, static_cast<size_t>(in.gcount()));
    if (text->size() > PackSource::kMaxFileBytes) {
      faults->Add(FileTooLarge(path));
      return false;
    }
  }
  if (in.bad()) faults->Add(NotReadable(path, "read"));
  return !in.bad();
}

// Names of the regular files in the folder that `wanted` takes, in byte order.
// A folder that is not there has none.
std::vector<std::string> List(const std::string& folder,
                              bool (*wanted)(absl::string_view),
                              Faults* faults) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::string& name : NamesIn(folder, &error)) {
    std::error_code ignored;
    if (name[0] != '.' && wanted(name) &&
        fs::is_regular_file(absl::StrCat(folder, "/", name), ignored)) {
      names.push_back(std::move(name));
      // One more than allowed is enough to tell that there are too many.
      if (names.size() > PackSource::kMaxFiles) break;
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    faults->Add(NotReadable(folder, error.message()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string Join(const std::string& folder, absl::string_view name) {
  return absl::StrCat(folder, absl::EndsWith(folder, "/") ? "" : "/", name);
}

// Whether the bytes are text that can be scanned.
bool CheckText(const FileText& file, Faults* faults) {
  size_t bad = 0;
  const bool utf8 = IsUtf8(file.text(), &bad);
  if (utf8) bad = file.text().find('\0');
  if (utf8 && bad == std::string::npos) return true;
  const LineColumn place = file.At(bad);
  Fault fault("PACK_ENCODING");
  fault.At(file.name(), place.line, place.column);
  if (utf8) {
    fault.Say("这里有一个空字符（NUL），不是文本文件",
              "there is a NUL character here; this is not a text file");
  } else {
    fault.Say("从这里起不是 UTF-8 编码", "from here on this is not UTF-8");
  }
  faults->Add(
      fault.Hint("请用 UTF-8 编码另存该文件", "save the file as UTF-8"));
  return false;
}

}  // namespace

PackSource PackSource::Load(const std::string& path, Faults* faults) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  std::vector<std::string> names;
  if (fs::is_directory(status)) {
    for (const std::string& name : List(path, IsPackFile, faults)) {
      names.push_back(Join(path, name));
    }
    const std::string tables = Join(path, "tables");
    for (const std::string& name : List(tables, IsTable, faults)) {
      names.push_back(Join(tables, name));
    }
  } else if (fs::is_regular_file(status)) {
    names.push_back(path);
  } else {
    faults->Add(NotFound(path));
  }
  std::vector<SourceFile> files;
  if (!TooManyFiles(names.size(), path, faults)) {
    for (std::string& name : names) {
      SourceFile file;
      if (!ReadFile(name, &file.text, faults)) continue;
      file.name = std::move(name);
      files.push_back(std::move(file));
    }
  }
  if (files.empty()) {
    PackSource none;
    none.files_.emplace_back(path, "");
    if (!faults->has_errors()) {
      faults->Add(Fault("PACK_EMPTY")
                      .At(path, 0, 0)
                      .Say("文件夹里没有 .textproto、.txtpb 或 .json 文件",
                           "the folder has no .textproto, .txtpb or .json file")
                      .Hint("请检查路径", "check the path"));
    }
    return none;
  }
  return FromFiles(std::move(files), faults);
}

PackSource PackSource::FromFiles(std::vector<SourceFile> files,
                                 Faults* faults) {
  PackSource source;
  const int64_t errors = faults->error_count();
  const std::string place = files.empty() ? "" : files[0].name;
  if (TooManyFiles(files.size(), place, faults)) files.clear();
  std::stable_sort(files.begin(), files.end(),
                   [](const SourceFile& a, const SourceFile& b) {
                     const bool x = IsTable(a.name), y = IsTable(b.name);
                     return x != y ? y : a.name < b.name;
                   });
  std::vector<SourceFile> tables;
  size_t bytes = 0;
  for (SourceFile& file : files) {
    bytes += file.text.size();
    if (file.text.size() > kMaxFileBytes) {
      faults->Add(FileTooLarge(file.name));
      continue;
    }
    if (bytes > kMaxBytes) {
      faults->Add(PackTooLarge(file.name));
      break;
    }
    if (IsTable(file.name)) {
      tables.push_back(std::move(file));
      continue;
    }
    if (absl::StartsWith(file.text, kByteOrderMark)) {
      file.text.erase(0, kByteOrderMark.size());
    }
    source.files_.emplace_back(std::move(file.name), std::move(file.text));
    source.ReadPack(static_cast<int>(source.files_.size()) - 1, faults);
  }
  if (source.files_.empty()) source.files_.emplace_back(place, "");
  source.ReadTables(tables, faults);
  if (faults->error_count() == errors && source.tree_.size() == 1) {
    faults->Add(Fault("PACK_EMPTY")
                    .At(source.files_[0].name(), 0, 0)
                    .Say("实施包是空的", "the pack is empty")
                    .Hint("至少要写 format_version、id 和 title",
                          "give at least format_version, id and title"));
  }
  return source;
}

void PackSource::ReadPack(int file, Faults* faults) {
  const FileText& text = files_[file];
  if (!CheckText(text, faults)) return;
  if (IsJson(text.name())) {
    const std::string clean = ScanJson(files_, file, pack_, &tree_, faults);
    pack_.MergeFrom(ParseJson(text, clean, faults));
  } else {
    const std::string clean =
        ScanTextFormat(files_, file, pack_, &tree_, faults);
    pack_.MergeFrom(ParseTextFormat(text, clean, faults));
  }
}

void PackSource::ReadTables(const std::vector<SourceFile>& tables,
                            Faults* faults) {
  for (const SourceFile& table : tables) {
    files_.emplace_back(table.name, "");
    FillTable(table.name, table.text, static_cast<int>(files_.size()) - 1,
              &pack_, &tree_, faults);
  }
}

int PackSource::Resolve(absl::string_view path, bool* exact) const {
  const Descriptor* type = v1::Pack::descriptor();
  int node = PositionTree::kRoot;
  *exact = false;
  while (!path.empty() && type != nullptr) {
    PathStep step;
    if (!TakePathStep(&path, &step)) return node;
    const FieldDescriptor* field = type->FindFieldByName(step.name);
    if (field == nullptr) return node;
    const int child = tree_.Find(node, field->number(), step.index);
    if (child < 0) return node;
    node = child;
    type = field->message_type();
  }
  *exact = path.empty();
  return node;
}

PackSource::Spot PackSource::SpotOf(int node, size_t place) const {
  Spot spot;
  const PositionTree::Node& at = tree_.node(node);
  spot.file = files_[at.file].name();
  if (node == PositionTree::kRoot) return spot;
  if (at.row > 0) {
    spot.row = at.row;
    spot.line = static_cast<int>(at.place);
    return spot;
  }
  const LineColumn found = files_[at.file].At(place);
  spot.line = found.line;
  spot.column = found.column;
  return spot;
}

PackSource::Spot PackSource::Locate(absl::string_view path) const {
  bool exact = false;
  const int node = Resolve(path, &exact);
  return SpotOf(node, tree_.node(node).place);
}

PackSource::Spot PackSource::LocateInside(absl::string_view path,
                                          int offset) const {
  bool exact = false;
  const int node = Resolve(path, &exact);
  const PositionTree::Node& at = tree_.node(node);
  size_t place = at.place;
  if (exact && node != PositionTree::kRoot && at.row == 0) {
    const FileText& file = files_[at.file];
    const Syntax syntax =
        IsJson(file.name()) ? Syntax::kJson : Syntax::kTextFormat;
    const absl::string_view text = file.text();
    const bool literal = text[place] == '"' || text[place] == '\'';
    if (literal) {
      place = LocateInLiteral(text, syntax, place,
                              static_cast<size_t>(std::max(offset, 0)));
    }
  }
  return SpotOf(node, place);
}

Fault PackSource::FaultAt(absl::string_view reason,
                          absl::string_view path) const {
  const Spot spot = Locate(path);
  Fault fault(reason);
  if (spot.row > 0) fault.Row(spot.file, spot.row, path);
  return fault.At(spot.file, spot.line, spot.column).Field(path);
}

}  // namespace duban::pack
