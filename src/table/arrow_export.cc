#include "src/table/arrow_export.h"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <new>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "duban/v1/options.pb.h"
#include "src/base/hash_map.h"
#include "src/table/arrow_build.h"
#include "src/table/enum_words.h"
#include "src/table/record_csv.h"

namespace duban::table {
namespace {

// Of one column in one chunk. Offsets are 32-bit, and one row cannot hold as
// much again.
constexpr size_t kMostTextBytes = size_t{1} << 30;

// Makes the arrays of some rows, column by column.
class Chunk {
 public:
  Chunk(const Records& records, absl::Span<const uint32_t> rows,
        const ArrowExportOptions& options)
      : records_(records), rows_(rows), options_(options) {}

  // False where the rows are too many.
  bool Build(const std::vector<int>& columns, ArrowArray* out) {
    ArrowData table(1);
    for (size_t i = 0; i < rows_.size(); ++i) table.Count(true);
    for (const int column : columns) {
      table.Child(BuildColumn(column));
      if (too_large_ && rows_.size() > 1) return false;
    }
    ArrowOwned<ArrowArray> made;
    std::move(table).Export(made.get());
    *out = *made;
    made->release = nullptr;
    return true;
  }

 private:
  bool Masked(int column) const {
    return !options_.unmasked &&
           records_.schema().column(column).privacy >= v1::SENSITIVE;
  }

  ArrowData BuildColumn(int column) {
    const Column& about = records_.schema().column(column);
    switch (about.type) {
      case ColumnType::kText:
        return options_.dictionaries ? CodedTexts(column) : Texts(column);
      case ColumnType::kEnum:
        return options_.dictionaries ? CodedTexts(column) : Texts(column);
      case ColumnType::kDecimal:
        return options_.decimals_as_numbers ? Numbers(column) : Texts(column);
      case ColumnType::kDate:
        return Dates(column);
      case ColumnType::kInt:
        return Ints(column);
      case ColumnType::kBool:
        return Bools(column);
      case ColumnType::kTextList:
      case ColumnType::kEnumList:
        return Lists(column);
      case ColumnType::kAttributes:
        break;
    }
    return Attributes(column);
  }

  // What stands for a text, enum or decimal; "" = null.
  std::string TextAt(int column, uint32_t row) const {
    const Column& about = records_.schema().column(column);
    if (about.type == ColumnType::kEnum) {
      if (!records_.HasHolder(column, row)) return "";
      return Mask(column,
                  WordOf(about.field()->enum_type(), records_.Enum(column, row),
                         options_.language));
    }
    if (about.type == ColumnType::kDecimal) {
      return Mask(column, records_.DecimalText(column, row));
    }
    return Mask(column, std::string(records_.Text(column, row)));
  }

  std::string Mask(int column, std::string text) const {
    if (!Masked(column)) return text;
    return MaskSensitive(records_.schema().column(column), text);
  }

  ArrowData Texts(int column) {
    ArrowTexts texts;
    for (const uint32_t row : rows_) {
      const std::string text = TextAt(column, row);
      if (text.empty()) {
        texts.AddNull();
      } else {
        texts.Add(text);
      }
      if (texts.bytes() > kMostTextBytes) {
        too_large_ = true;
        break;
      }
    }
    return texts.Take();
  }

  // A number that has one text and no other in this column.
  uint32_t CodeAt(int column, uint32_t row) const {
    if (records_.schema().column(column).type == ColumnType::kText) {
      return records_.Code(column, row);
    }
    if (!records_.HasHolder(column, row)) return UINT32_MAX;
    return static_cast<uint32_t>(records_.Enum(column, row));
  }

  ArrowData CodedTexts(int column) {
    ArrowData codes(2);
    ArrowTexts words;
    HashMap<uint32_t, int32_t> of_code;
    HashMap<std::string, int32_t> of_word;  // masked, several may be the same
    for (const uint32_t row : rows_) {
      const auto [it, is_new] = of_code.emplace(CodeAt(column, row), -1);
      if (is_new) {
        const std::string word = TextAt(column, row);
        if (!word.empty()) {
          const auto next = static_cast<int32_t>(words.length());
          const auto [known, first] = of_word.emplace(word, next);
          if (first) words.Add(word);
          it->second = known->second;
        }
      }
      codes.Put<int32_t>(1, std::max(it->second, 0));
      codes.Count(it->second >= 0);
      if (words.bytes() > kMostTextBytes) {
        too_large_ = true;
        break;
      }
    }
    codes.Dictionary(words.Take());
    return codes;
  }

  ArrowData Dates(int column) const {
    ArrowData data(2);
    const bool masked = Masked(column);
    for (const uint32_t row : rows_) {
      const std::optional<Date> date =
          masked ? std::nullopt : records_.DateAt(column, row);
      data.Put<int32_t>(1, date.has_value() ? date->days() : 0);
      data.Count(date.has_value());
    }
    return data;
  }

  ArrowData Numbers(int column) const {
    ArrowData data(2);
    const bool masked = Masked(column);
    for (const uint32_t row : rows_) {
      const std::optional<Decimal> number =
          masked ? std::nullopt : records_.DecimalAt(column, row);
      data.Put<int128_t>(1, number.has_value() ? number->units() : 0);
      data.Count(number.has_value());
    }
    return data;
  }

  ArrowData Ints(int column) const {
    ArrowData data(2);
    for (const uint32_t row : rows_) {
      data.Put<int64_t>(1, Masked(column) ? 0 : records_.Int(column, row));
      data.Count(!Masked(column));
    }
    return data;
  }

  ArrowData Bools(int column) const {
    ArrowData data(2);
    for (const uint32_t row : rows_) {
      data.PutBit(1, data.length(),
                  !Masked(column) && records_.Bool(column, row));
      data.Count(!Masked(column));
    }
    return data;
  }

  // Counts a row of a list array whose items end at `end`.
  void EndList(size_t end, bool given, ArrowData* lists) {
    lists->Put(1, static_cast<int32_t>(end));
    lists->Count(given);
  }

  ArrowData Lists(int column) {
    const Column& about = records_.schema().column(column);
    ArrowData lists(2);
    ArrowTexts items;
    lists.Put<int32_t>(1, 0);
    for (const uint32_t row : rows_) {
      const int size = Masked(column) ? 0 : records_.ListSize(column, row);
      for (int i = 0; i < size; ++i) {
        if (about.type == ColumnType::kTextList) {
          const Word text = records_.ListText(column, row, i);
          items.Add(text);
        } else {
          items.Add(WordOf(about.field()->enum_type(),
                           static_cast<int>(records_.ListCode(column, row, i)),
                           options_.language));
        }
      }
      EndList(static_cast<size_t>(items.length()), size > 0, &lists);
      if (items.bytes() + static_cast<size_t>(items.length()) >
          kMostTextBytes) {
        too_large_ = true;
        break;
      }
    }
    lists.Child(items.Take());
    return lists;
  }

  ArrowData Attributes(int column) {
    const Dictionary& texts = records_.dictionary(column);
    ArrowData lists(2);
    ArrowData pairs(1);
    ArrowTexts names;
    ArrowTexts values;
    lists.Put<int32_t>(1, 0);
    for (const uint32_t row : rows_) {
      const int size = Masked(column) ? 0 : records_.ListSize(column, row);
      for (int i = 0; i < size; ++i) {
        const Word name = texts.At(records_.AttributeName(column, row, i));
        const Word value = texts.At(records_.AttributeValue(column, row, i));
        names.Add(name);
        values.Add(value);
        pairs.Count(true);
      }
      EndList(static_cast<size_t>(pairs.length()), size > 0, &lists);
      if (names.bytes() + values.bytes() + static_cast<size_t>(pairs.length()) >
          kMostTextBytes) {
        too_large_ = true;
        break;
      }
    }
    pairs.Child(names.Take());
    pairs.Child(values.Take());
    lists.Child(std::move(pairs));
    return lists;
  }

  const Records& records_;
  const absl::Span<const uint32_t> rows_;
  const ArrowExportOptions& options_;
  bool too_large_ = false;
};

class ExportStream {
 public:
  ExportStream(std::shared_ptr<const Records> records,
               std::vector<uint32_t> rows, std::vector<int> columns,
               const ArrowExportOptions& options)
      : records_(std::move(records)),
        rows_(std::move(rows)),
        columns_(std::move(columns)),
        options_(options) {}

  void Schema(ArrowSchema* out) const {
    const RecordSchema& schema = records_->schema();
    ArrowField table("+s", "", /*nullable=*/false);
    table.Metadata("duban.table", schema.name())
        .Metadata("duban.zh", schema.zh());
    for (const int column : columns_) {
      table.Child(FieldOf(schema.column(column)));
    }
    ArrowOwned<ArrowSchema> made;
    std::move(table).Export(made.get());
    *out = *made;
    made->release = nullptr;
  }

  // A released array at the end.
  void Next(ArrowArray* out) {
    *out = ArrowArray{};
    while (next_ < rows_.size()) {
      const size_t most = std::max(options_.rows_in_chunk, uint32_t{1});
      const auto rows = absl::MakeConstSpan(rows_).subspan(
          next_, std::min(most, rows_.size() - next_));
      if (Chunk(*records_, rows, options_).Build(columns_, out)) {
        next_ += rows.size();
        return;
      }
      options_.rows_in_chunk = static_cast<uint32_t>(rows.size() / 2);
    }
  }

  void Fail(const char* what) noexcept { error_ = what; }
  const char* error() const { return error_; }

 private:
  static absl::string_view PrivacyName(v1::PrivacyClass privacy) {
    switch (privacy) {
      case v1::PUBLIC:
        return "public";
      case v1::PERSONAL:
        return "personal";
      case v1::SENSITIVE:
        return "sensitive";
      case v1::MINOR:
        return "minor";
      default:
        return "internal";
    }
  }

  ArrowField FieldOf(const Column& column) const {
    const bool zh = options_.language == Language::kZh;
    ArrowField field = Typed(column, zh ? column.zh : column.name);
    field.Metadata("duban.column", column.name)
        .Metadata("duban.zh", column.zh)
        .Metadata("duban.privacy", PrivacyName(column.privacy));
    if (column.refers_to != v1::RECORD_KIND_UNSPECIFIED) {
      field.Metadata("duban.refers_to", SchemaOf(column.refers_to).name());
    }
    if (!column.code_list.empty()) {
      field.Metadata("duban.code_list", column.code_list);
    }
    if (column.privacy >= v1::SENSITIVE && !options_.unmasked) {
      field.Metadata("duban.masked", "true");
    }
    return field;
  }

  ArrowField Typed(const Column& column, absl::string_view name) const {
    const auto plain = [&](absl::string_view format) {
      return ArrowField(format, name, /*nullable=*/true);
    };
    switch (column.type) {
      case ColumnType::kText:
      case ColumnType::kEnum:
        if (!options_.dictionaries) return plain("u");
        return std::move(plain("i").Dictionary(ArrowField("u", "", false)));
      case ColumnType::kDecimal:
        return plain(options_.decimals_as_numbers ? "d:38,9" : "u");
      case ColumnType::kDate:
        return plain("tdD");
      case ColumnType::kInt:
        return plain("l");
      case ColumnType::kBool:
        return plain("b");
      case ColumnType::kTextList:
      case ColumnType::kEnumList:
        return std::move(plain("+l").Child(ArrowField("u", "item", false)));
      case ColumnType::kAttributes:
        break;
    }
    ArrowField pair("+s", "item", false);
    pair.Child(ArrowField("u", "name", false))
        .Child(ArrowField("u", "value", false));
    return std::move(plain("+l").Child(std::move(pair)));
  }

  const std::shared_ptr<const Records> records_;
  const std::vector<uint32_t> rows_;
  const std::vector<int> columns_;
  ArrowExportOptions options_;
  size_t next_ = 0;
  const char* error_ = nullptr;
};

ExportStream* Of(ArrowArrayStream* stream) {
  return static_cast<ExportStream*>(stream->private_data);
}

// Runs what a callback does; nothing may be thrown through it.
template <typename Body>
int Guarded(ArrowArrayStream* stream, Body body) noexcept {
  try {
    body(Of(stream));
    return 0;
  } catch (const std::bad_alloc&) {
    Of(stream)->Fail("out of memory");
    return ENOMEM;
  } catch (...) {
    Of(stream)->Fail("a fault of the library");
    return EIO;
  }
}

int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) noexcept {
  return Guarded(stream, [out](ExportStream* self) { self->Schema(out); });
}

int GetNext(ArrowArrayStream* stream, ArrowArray* out) noexcept {
  return Guarded(stream, [out](ExportStream* self) { self->Next(out); });
}

const char* GetLastError(ArrowArrayStream* stream) noexcept {
  return Of(stream)->error();
}

void ReleaseStream(ArrowArrayStream* stream) noexcept {
  delete Of(stream);
  stream->release = nullptr;
}

}  // namespace

void ExportArrow(std::shared_ptr<const Records> records,
                 std::vector<uint32_t> rows, std::vector<int> columns,
                 const ArrowExportOptions& options, ArrowArrayStream* out) {
  out->private_data = new ExportStream(std::move(records), std::move(rows),
                                       std::move(columns), options);
  out->get_schema = GetSchema;
  out->get_next = GetNext;
  out->get_last_error = GetLastError;
  out->release = ReleaseStream;
}

std::vector<int> AllColumns(const RecordSchema& schema) {
  std::vector<int> columns(schema.columns().size());
  std::iota(columns.begin(), columns.end(), 0);
  return columns;
}

}  // namespace duban::table
