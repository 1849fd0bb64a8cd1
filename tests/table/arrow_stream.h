// Streams of Arrow arrays for tests: made by hand, or what another stream
// gives with something changed in it.
#ifndef DUBAN_TESTS_TABLE_ARROW_STREAM_H_
#define DUBAN_TESTS_TABLE_ARROW_STREAM_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "src/table/arrow.h"
#include "src/table/arrow_build.h"

namespace duban::table {

using EditArray = std::function<void(ArrowArray*)>;
using EditSchema = std::function<void(ArrowSchema*)>;

// Gives the schema and arrays of *inner, which it takes, after `edit` had
// them. What an edit changes must be what release does not look at.
class EditedStream {
 public:
  static void Make(ArrowArrayStream* inner, EditArray edit_array,
                   EditSchema edit_schema, ArrowArrayStream* out) {
    auto* self = new EditedStream;
    self->inner_ = *inner;
    inner->release = nullptr;
    self->edit_array_ = std::move(edit_array);
    self->edit_schema_ = std::move(edit_schema);
    out->private_data = self;
    out->get_schema = [](ArrowArrayStream* s, ArrowSchema* schema) {
      const int code = Of(s)->inner_.get_schema(&Of(s)->inner_, schema);
      if (code == 0 && Of(s)->edit_schema_) Of(s)->edit_schema_(schema);
      return code;
    };
    out->get_next = [](ArrowArrayStream* s, ArrowArray* array) {
      const int code = Of(s)->inner_.get_next(&Of(s)->inner_, array);
      if (code == 0 && array->release != nullptr && Of(s)->edit_array_) {
        Of(s)->edit_array_(array);
      }
      return code;
    };
    out->get_last_error = [](ArrowArrayStream*) -> const char* {
      return "edited";
    };
    out->release = [](ArrowArrayStream* s) {
      Of(s)->inner_.release(&Of(s)->inner_);
      delete Of(s);
      s->release = nullptr;
    };
  }

 private:
  static EditedStream* Of(ArrowArrayStream* s) {
    return static_cast<EditedStream*>(s->private_data);
  }
  ArrowArrayStream inner_;
  EditArray edit_array_;
  EditSchema edit_schema_;
};

// One table made by hand: add columns, then take it as a stream of one array.
class HandMade {
 public:
  explicit HandMade(int64_t rows) : field_("+s", "", false), data_(1) {
    for (int64_t i = 0; i < rows; ++i) data_.Count(true);
  }

  HandMade& Add(ArrowField field, ArrowData data) {
    field_.Child(std::move(field));
    data_.Child(std::move(data));
    return *this;
  }
  // "" = null.
  HandMade& Texts(const std::string& name,
                  const std::vector<std::string>& texts) {
    ArrowTexts made;
    for (const std::string& text : texts) {
      if (text.empty()) {
        made.AddNull();
      } else {
        made.Add(text);
      }
    }
    return Add(ArrowField("u", name, true), made.Take());
  }
  // Values of fixed width.
  template <typename T>
  HandMade& Values(const std::string& format, const std::string& name,
                   const std::vector<T>& values) {
    ArrowData made(2);
    for (const T& value : values) {
      made.Put(1, value);
      made.Count(true);
    }
    return Add(ArrowField(format, name, true), std::move(made));
  }

  ArrowArrayStream* Stream() {
    stream_.private_data = this;
    stream_.get_schema = [](ArrowArrayStream* s, ArrowSchema* out) {
      std::move(Of(s)->field_).Export(out);
      return 0;
    };
    stream_.get_next = [](ArrowArrayStream* s, ArrowArray* out) {
      *out = ArrowArray{};
      if (!std::exchange(Of(s)->given_, true)) {
        std::move(Of(s)->data_).Export(out);
      }
      return 0;
    };
    stream_.get_last_error = [](ArrowArrayStream*) -> const char* {
      return nullptr;
    };
    stream_.release = [](ArrowArrayStream* s) { s->release = nullptr; };
    return &stream_;
  }

 private:
  static HandMade* Of(ArrowArrayStream* s) {
    return static_cast<HandMade*>(s->private_data);
  }
  ArrowField field_;
  ArrowData data_;
  bool given_ = false;
  ArrowArrayStream stream_ = {};
};

}  // namespace duban::table

#endif  // DUBAN_TESTS_TABLE_ARROW_STREAM_H_
