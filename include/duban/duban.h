/* Duban: the C interface of libduban, the only surface with a stable ABI.

   What it is for. A campaign to supervise and deliver (督办、考核) is written
   down as a *pack*: who owes what by when, and how it is scored. What then
   happens is written into a *ledger*, which only grows. From the two, and a
   day, Duban computes duties, scorecards and the reasons for every point.
   This header gives that to any language that can call C.

   What it is not. No server, no users or rights, no clock (the day is always
   given), no network but to a database that keeps a ledger
   (duban_ledger_open), no user interface. A ledger file must not lie on a
   network share.

   Rules that hold for every function below:

   1. Names. duban_noun_verb(); constants DUBAN_NOUN_VALUE. Enumerations cross
      as int32_t. A later version may return values that this header does not
      name yet.

   2. Text is UTF-8, given as pointer and size in bytes. DUBAN_STRLEN for the
      size says that the text ends with NUL. A null pointer with size 0 is the
      empty text. Dates are civil dates, YYYY-MM-DD. Text that is returned as
      const char* ends with NUL and is never null.

   3. Messages cross as bytes in one of the formats DUBAN_FORMAT_*. The
      protobuf messages are those of the package duban.v1, delivered as
      .proto files of share/duban/proto; the comment "duban.v1.Receipt" names
      the message that a buffer holds. JSON is protobuf's JSON mapping. A
      format that a function does not have is UNIMPLEMENTED, reason
      FORMAT_UNKNOWN.
      The same message gives the same bytes, in every language.

   4. Ownership, in three words. *Borrowed until …*: do not free, do not keep
      longer. *Owned*: yours, to be given back once with the function that is
      named. Nothing is ever *moved* into the library (but see
      duban_ledger_import_arrow): it copies what it keeps, so every argument
      may be freed when the call has returned. What the library allocated,
      only the library frees. Every _free and _close takes a null pointer and
      then does nothing.

   5. Errors. Each function that can fail returns a duban_status: DUBAN_OK, or
      one of the canonical codes. Its last parameter takes, if it is not
      null, the duban_error that says what is wrong: an owned handle on
      failure, null on success. On failure every other output is null or
      zero, except where a comment says otherwise. Nothing is kept for later:
      there is no "last error".
      A fault has a *reason*, a stable word for programs such as
      MATTER_DUE_DATE_PASSED (docs/errors.md lists them); codes are coarse,
      and message texts may change in any version.
      A null pointer where a handle or an output is needed gives
      INVALID_ARGUMENT, reason NULL_ARGUMENT. Handles of the wrong kind, or
      used after they were freed, cannot be recognized.

   6. Memory. Where memory runs out, a call gives RESOURCE_EXHAUSTED, reason
      OUT_OF_MEMORY, and the handles stay usable; but see duban_ledger. One
      moment is not covered: the first use of each kind of message in a
      process, when Protobuf makes its descriptors. No exception leaves the
      library.

   7. Threads. No function depends on the thread it is called on. duban_pack,
      duban_view, duban_buffer and duban_error never change: any number of
      threads may use one at once. A duban_ledger may be used from any
      thread; calls on one ledger wait for each other. A handle is freed once,
      when no call is using it. After fork(), the child must not use a ledger
      that the parent opened.

   8. Surroundings. No global initialization or state, no signal handlers, no
      output, no locale, no environment (but see duban_ledger_open), never
      exit() or abort() on input.

   9. Versions. Functions keep their meaning, parameters and status for as
      long as DUBAN_ABI_EPOCH, the number in the library's SONAME, stays.
      Option structs begin with struct_size and grow only at their end: a
      smaller struct from an older header gets the defaults for what it lacks
      (all zeros), a larger one from a newer header is taken if the part that
      this library does not know is all zeros, and otherwise refused with
      UNIMPLEMENTED, reason OPTION_UNKNOWN. "Since 0.1" is everything that
      says nothing else. Packs have a format of their own, with its own range
      (duban_pack_format_oldest). */
#ifndef DUBAN_DUBAN_H_
#define DUBAN_DUBAN_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#if defined(DUBAN_BUILDING_LIBRARY)
#define DUBAN_API __declspec(dllexport)
#else
#define DUBAN_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define DUBAN_API __attribute__((visibility("default")))
#else
#define DUBAN_API
#endif

/* ---- Versions ---------------------------------------------------------- */

/* Of this header. */
#define DUBAN_VERSION_MAJOR 0
#define DUBAN_VERSION_MINOR 1
#define DUBAN_VERSION_PATCH 0
#define DUBAN_VERSION_STRING "0.1.0"
#define DUBAN_ABI_EPOCH 0
#define DUBAN_PACK_FORMAT_OLDEST 1
#define DUBAN_PACK_FORMAT_NEWEST 1

/* Of the library that runs: major * 1000000 + minor * 1000 + patch. */
DUBAN_API uint32_t duban_version(void);
/* "0.1.0". Borrowed for good. */
DUBAN_API const char* duban_version_string(void);
DUBAN_API int32_t duban_abi_epoch(void);
/* The values of a pack's format_version that this library loads. */
DUBAN_API int32_t duban_pack_format_oldest(void);
DUBAN_API int32_t duban_pack_format_newest(void);

/* ---- Status ------------------------------------------------------------ */

/* Canonical codes, as absl::StatusCode and gRPC number them. */
typedef int32_t duban_status;

enum {
  DUBAN_OK = 0,
  DUBAN_CANCELLED = 1,
  DUBAN_UNKNOWN = 2,
  DUBAN_INVALID_ARGUMENT = 3,
  DUBAN_DEADLINE_EXCEEDED = 4,
  DUBAN_NOT_FOUND = 5,
  DUBAN_ALREADY_EXISTS = 6,
  DUBAN_PERMISSION_DENIED = 7,
  DUBAN_RESOURCE_EXHAUSTED = 8,
  DUBAN_FAILED_PRECONDITION = 9,
  DUBAN_ABORTED = 10,
  DUBAN_OUT_OF_RANGE = 11,
  DUBAN_UNIMPLEMENTED = 12,
  DUBAN_INTERNAL = 13,
  DUBAN_UNAVAILABLE = 14,
  DUBAN_DATA_LOSS = 15,
  DUBAN_UNAUTHENTICATED = 16
};

/* "INVALID_ARGUMENT"; "UNKNOWN" for a number that is no code. Borrowed for
   good. */
DUBAN_API const char* duban_status_name(duban_status status);

/* ---- Inputs and formats ------------------------------------------------ */

/* As a size: the text ends with NUL. */
#define DUBAN_STRLEN SIZE_MAX

enum {
  DUBAN_FORMAT_PROTOBUF = 0,
  /* Names as in the schema; fields that are not set are left out. What the
     schema marks as sensitive is masked, so JSON cannot be turned back into
     every message it came from. */
  DUBAN_FORMAT_JSON = 1,
  /* For people, Chinese and English. Only where a function says so:
     assessments, duties and explanations. */
  DUBAN_FORMAT_TEXT = 2,
  /* RFC 4180 with a heading. Only assessments and duties. */
  DUBAN_FORMAT_CSV = 3
};

/* ---- Buffers ----------------------------------------------------------- */

/* Bytes that the library made. Immutable. */
typedef struct duban_buffer duban_buffer;

/* Borrowed until duban_buffer_free. One NUL follows the last byte, so that
   text can be printed. Null, and 0, for a null buffer. */
DUBAN_API const char* duban_buffer_data(const duban_buffer* buffer);
DUBAN_API size_t duban_buffer_size(const duban_buffer* buffer);
DUBAN_API void duban_buffer_free(duban_buffer* buffer);

/* ---- Errors ------------------------------------------------------------ */

/* What is wrong: one fault or many, all faults of an input at once. */
typedef struct duban_error duban_error;

/* Severity of a fault. */
enum {
  DUBAN_SEVERITY_ERROR = 0,
  /* Doubtful, but done as asked. */
  DUBAN_SEVERITY_WARNING = 1
};

/* One fault, to be filled by the library. Only those parts of the place that
   make sense are set, the others are 0 or "". */
typedef struct duban_fault {
  size_t struct_size; /* set by the caller: sizeof(duban_fault) */
  int32_t severity;
  duban_status code;
  /* From 1. Columns count code points. */
  int32_t line;
  int32_t column;
  /* Number of the change within its batch, from 1. */
  int32_t change;
  int32_t reserved; /* 0 */
  /* Record of a table, from 1, the heading row not counted; or the number of
     a ledger's entry. */
  int64_t row;
  /* Borrowed until duban_error_free. */
  const char* reason;
  const char* file;
  const char* field;
  const char* message_zh;
  const char* message_en;
  const char* hint_zh;
  const char* hint_en;
} duban_fault;

/* The status that the call returned. */
DUBAN_API duban_status duban_error_code(const duban_error* error);
/* Reason of the first fault that is not a warning. Borrowed until
   duban_error_free. */
DUBAN_API const char* duban_error_reason(const duban_error* error);
/* The same fault for a person to read, in both languages, with its place and
   hint: "duties.textproto:3:7: error: … [UNKNOWN_CODE]". One or two lines, no
   line break at the end. Borrowed until duban_error_free. */
DUBAN_API const char* duban_error_text(const duban_error* error);

/* How many faults can be asked for by index, at least 1; and how many more
   there were than an error holds. */
DUBAN_API size_t duban_error_count(const duban_error* error);
DUBAN_API int64_t duban_error_omitted(const duban_error* error);
/* Index of the fault that duban_error_reason speaks of. */
DUBAN_API size_t duban_error_first(const duban_error* error);
/* Fills *fault, up to fault->struct_size bytes. False, and nothing written,
   where there is no such fault or struct_size is too small for itself. */
DUBAN_API bool duban_error_fault(const duban_error* error, size_t index,
                                 duban_fault* fault);
/* All faults, duban.v1.ErrorList. The buffer is owned: duban_buffer_free. */
DUBAN_API duban_status duban_error_list(const duban_error* error,
                                        int32_t format, duban_buffer** list,
                                        duban_error** list_error);
DUBAN_API void duban_error_free(duban_error* error);

/* ---- Packs ------------------------------------------------------------- */

/* What was decided: a checked and compiled pack. Immutable. */
typedef struct duban_pack duban_pack;

/* One file of a pack in memory. Its name's ending says which syntax it has
   (.json, or else protobuf text format). This struct never grows. */
typedef struct duban_source {
  const char* name;
  size_t name_size;
  const char* text;
  size_t text_size;
} duban_source;

/* Loads a file or a folder. On failure the error lists every fault, warnings
   too. *pack is owned: duban_pack_free. */
DUBAN_API duban_status duban_pack_load(const char* path, size_t path_size,
                                       duban_pack** pack, duban_error** error);
/* The same from memory. */
DUBAN_API duban_status duban_pack_parse(const duban_source* sources,
                                        size_t source_count, duban_pack** pack,
                                        duban_error** error);
/* The same from a serialized duban.v1.Pack. */
DUBAN_API duban_status duban_pack_from_bytes(const void* bytes,
                                             size_t bytes_size,
                                             duban_pack** pack,
                                             duban_error** error);
/* Checks a file or folder. *faults, if asked for, is filled whether the pack
   is good or not: duban.v1.ErrorList, errors and warnings, empty where all is
   well. It is null only where the check itself was not possible (a null
   argument, an unknown format, no memory). The status says whether the pack
   can be used. The buffer is owned: duban_buffer_free. */
DUBAN_API duban_status duban_pack_check(const char* path, size_t path_size,
                                        int32_t format, duban_buffer** faults,
                                        duban_error** error);

/* Warnings that loading gave, duban.v1.ErrorList. The buffer is owned:
   duban_buffer_free. */
DUBAN_API duban_status duban_pack_warnings(const duban_pack* pack,
                                           int32_t format,
                                           duban_buffer** warnings,
                                           duban_error** error);
/* Id and version as the pack gives them, and the SHA-256 of its serialized
   message in 64 hexadecimal characters. Borrowed until duban_pack_free; ""
   for a null pack. */
DUBAN_API const char* duban_pack_id(const duban_pack* pack);
DUBAN_API const char* duban_pack_version(const duban_pack* pack);
DUBAN_API const char* duban_pack_digest(const duban_pack* pack);
/* The pack itself, duban.v1.Pack. In DUBAN_FORMAT_PROTOBUF these are the very
   bytes that the digest is of. The buffer is owned: duban_buffer_free. */
DUBAN_API duban_status duban_pack_message(const duban_pack* pack,
                                          int32_t format,
                                          duban_buffer** message,
                                          duban_error** error);
/* Runs the tests that the pack carries. FAILED_PRECONDITION where one does
   not pass: each fault has reason PACK_TEST_FAILED and the test as its field.
   *tests and *expectations (each may be null) are how many were looked at,
   and are set then, too. */
DUBAN_API duban_status duban_pack_test(const duban_pack* pack, int64_t* tests,
                                       int64_t* expectations,
                                       duban_error** error);
DUBAN_API void duban_pack_free(duban_pack* pack);

/* ---- Ledgers ----------------------------------------------------------- */

/* What happened, append-only.

   Where memory runs out, or the library has a fault of its own, while a batch
   is being applied, it is not known whether the batch was written. The handle
   then reads its file again at the next call; a ledger in memory cannot, and
   answers every call with FAILED_PRECONDITION, reason LEDGER_HANDLE_LOST.
   Changes that have keys may simply be sent again. */
typedef struct duban_ledger duban_ledger;

/* An immutable picture of a ledger at one head. It stays valid when the
   ledger is written to or closed. */
typedef struct duban_view duban_view;

/* A head: the number of the last entry, and the digest that vouches for all
   entries up to it, in 64 hexadecimal characters and a NUL. */
#define DUBAN_DIGEST_SIZE 65

/* Each member that is a choice is 0 or 1. All zeros are the defaults. */
typedef struct duban_ledger_options {
  size_t struct_size; /* sizeof(duban_ledger_options) */
  /* Open without the right to write; works on read-only media. */
  int32_t read_only;
  /* Do not make the file where there is none. */
  int32_t must_exist;
  /* The ledger as it was when this was its last entry, read only; 0 = as it is
     now. OUT_OF_RANGE within a batch, reason ENTRY_WITHIN_BATCH, and past the
     head, reason ENTRY_NOT_FOUND. */
  uint64_t until_sequence;
} duban_ledger_options;
#define DUBAN_LEDGER_OPTIONS_INIT \
  { sizeof(duban_ledger_options), 0, 0, 0 }

typedef struct duban_apply_options {
  size_t struct_size; /* sizeof(duban_apply_options) */
  /* Commit the changes that are right although others are refused. */
  int32_t keep_good;
  /* Check everything and write nothing. */
  int32_t dry_run;
} duban_apply_options;
#define DUBAN_APPLY_OPTIONS_INIT \
  { sizeof(duban_apply_options), 0, 0 }

/* Opens a ledger file; or, where the library was built with libpq, one in
   PostgreSQL: "postgresql://user@host/database#ledger". Only then does it use
   the network, and libpq reads PG... variables of the environment for what
   the path does not say. `options` may be null. On failure nothing was created
   or changed. *ledger is owned: duban_ledger_close. */
DUBAN_API duban_status duban_ledger_open(const char* path, size_t path_size,
                                         const duban_ledger_options* options,
                                         duban_ledger** ledger,
                                         duban_error** error);
/* A ledger that is gone when it is closed. */
DUBAN_API duban_status duban_ledger_open_in_memory(duban_ledger** ledger,
                                                   duban_error** error);

/* Applies a duban.v1.Batch, given in `batch_format`, whole or not at all.
   `options` may be null; `receipt` may be null where it is not wanted. It is
   duban.v1.Receipt in `receipt_format`, owned: duban_buffer_free.

   A batch with a change that is refused, without keep_good, is not written:
   the status is FAILED_PRECONDITION, the error lists every refused change
   with its own code, reason and place, and the receipt is there as well, with
   applied = false and the same list. With keep_good the status is OK, and the
   receipt's faults list what was left out. With dry_run nothing is written,
   `applied` is always false, and the status is what it would have been. */
DUBAN_API duban_status duban_ledger_apply(
    duban_ledger* ledger, const void* batch, size_t batch_size,
    int32_t batch_format, const duban_apply_options* options,
    int32_t receipt_format, duban_buffer** receipt, duban_error** error);
/* Adopts the pack, unless this very one was adopted before: from then on,
   changes are checked by its lists of codes. Receipt as above. */
DUBAN_API duban_status duban_ledger_adopt_pack(duban_ledger* ledger,
                                               const duban_pack* pack,
                                               int32_t receipt_format,
                                               duban_buffer** receipt,
                                               duban_error** error);
/* Applies a folder of CSV tables as one batch. `adopt` may be null; if not,
   that pack is adopted first, in the same batch. Faults name file, row and
   column. A folder that was imported before adds nothing. Receipt as above;
   it is null where no table could be read at all. */
DUBAN_API duban_status duban_ledger_import_folder(
    duban_ledger* ledger, const duban_pack* adopt, const char* path,
    size_t path_size, const duban_apply_options* options,
    int32_t receipt_format, duban_buffer** receipt, duban_error** error);

/* Where the ledger stands. Each output may be null. */
DUBAN_API duban_status duban_ledger_head(duban_ledger* ledger,
                                         uint64_t* sequence,
                                         char digest[DUBAN_DIGEST_SIZE],
                                         duban_error** error);
/* *view is owned: duban_view_free. */
DUBAN_API duban_status duban_ledger_view(duban_ledger* ledger,
                                         duban_view** view,
                                         duban_error** error);
/* Keeps what the ledger holds now beside its entries, so that opening it reads
   only those that come later; or with `drop` 1, removes that again. No result
   depends on it. UNIMPLEMENTED, reason CHECKPOINT_NOT_OFFERED, for a ledger in
   memory or one that the program keeps. */
DUBAN_API duban_status duban_ledger_checkpoint(duban_ledger* ledger,
                                               int32_t drop,
                                               duban_error** error);
DUBAN_API void duban_ledger_close(duban_ledger* ledger);

/* Checks a ledger file from end to end; it may be open at the same time.
   `head` is the digest of a head that was written down earlier, or null: the
   chain must contain it. *report is duban.v1.VerifyReport, owned:
   duban_buffer_free. Damage is DATA_LOSS, and the error lists all of it. */
DUBAN_API duban_status duban_ledger_verify(const char* path, size_t path_size,
                                           const char* head, size_t head_size,
                                           int32_t format,
                                           duban_buffer** report,
                                           duban_error** error);

DUBAN_API duban_status duban_view_head(const duban_view* view,
                                       uint64_t* sequence,
                                       char digest[DUBAN_DIGEST_SIZE],
                                       duban_error** error);
DUBAN_API void duban_view_free(duban_view* view);

/* Records, as a duban.v1.Query asks for them: duban.v1.QueryAnswer, owned:
   duban_buffer_free. Page by page, ask one view: a page of another head is
   refused, reason PAGE_OUT_OF_DATE. In DUBAN_FORMAT_JSON what is sensitive is
   masked; in DUBAN_FORMAT_PROTOBUF it is not. */
DUBAN_API duban_status duban_view_query(const duban_view* view,
                                        const void* query, size_t query_size,
                                        int32_t query_format, int32_t format,
                                        duban_buffer** answer,
                                        duban_error** error);

/* Each member that is a choice is 0 or 1. All zeros are the defaults. */
typedef struct duban_export_options {
  size_t struct_size; /* sizeof(duban_export_options) */
  /* Headings and words in Chinese instead of English. */
  int32_t chinese;
  /* GB18030 instead of UTF-8. */
  int32_t gb18030;
  /* What is sensitive as it is. Without it the folder cannot be imported
     again. */
  int32_t unmasked;
  int32_t reserved; /* 0 */
} duban_export_options;
#define DUBAN_EXPORT_OPTIONS_INIT \
  { sizeof(duban_export_options), 0, 0, 0, 0 }

/* Writes all that the ledger holds into a folder of CSV tables, whole or not
   at all; the folder must be new or empty. duban_ledger_import_folder reads it
   back, into the same digest. `options` may be null. */
DUBAN_API duban_status duban_view_export(const duban_view* view,
                                         const char* path, size_t path_size,
                                         const duban_export_options* options,
                                         duban_error** error);
/* Of what the ledger holds, whatever its history: equal for two ledgers with
   the same records. */
DUBAN_API duban_status duban_view_digest(const duban_view* view,
                                         char digest[DUBAN_DIGEST_SIZE],
                                         duban_error** error);

/* ---- Tables ------------------------------------------------------------- */

/* Tables cross as streams of the Arrow C data interface, which pyarrow, pandas,
   polars, DuckDB, Spark and others speak. These are its structs, the same
   whoever defines them; arrow.apache.org says how they are used. Columns and
   types: docs/tables.md. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */

/* Each member that is a choice is 0 or 1. All zeros are the defaults. */
typedef struct duban_table_options {
  size_t struct_size; /* sizeof(duban_table_options) */
  /* Names of columns and words in Chinese. */
  int32_t chinese;
  /* Texts and words as dictionary<int32, utf8>. */
  int32_t dictionaries;
  /* Decimals as decimal128(38, 9) and not as the text that was given. */
  int32_t decimals_as_numbers;
  /* What is sensitive as it is, and not masked. */
  int32_t unmasked;
} duban_table_options;
#define DUBAN_TABLE_OPTIONS_INIT \
  { sizeof(duban_table_options), 0, 0, 0, 0 }

/* Every record of a table that counts, in the order in which they were put.
   `table` is "activities" or its Chinese name. *stream is filled: it is owned,
   to be given back with its own `release`, and may outlive the view. It is
   read by one thread at a time. On failure its `release` is null. */
DUBAN_API duban_status
duban_view_export_arrow(const duban_view* view, const char* table,
                        size_t table_size, const duban_table_options* options,
                        struct ArrowArrayStream* stream, duban_error** error);
/* Applies a table as one batch, as duban_ledger_import_folder does; faults name
   table, row and column. Other than rule 4 says, and as consumers of Arrow
   streams do, it takes the stream: it is read, and has been released when the
   call returns, whatever comes of it. What the stream calls must not use this
   ledger. */
DUBAN_API duban_status duban_ledger_import_arrow(
    duban_ledger* ledger, const char* table, size_t table_size,
    struct ArrowArrayStream* stream, const duban_apply_options* options,
    int32_t receipt_format, duban_buffer** receipt, duban_error** error);

/* ---- Journals of the host ----------------------------------------------- */

/* A ledger may be kept by the program itself, in tables of its own, so that
   changes commit together with the program's in one transaction. The program
   stores entries as they are given and gives them back in order; it computes
   nothing. Docs: docs/integrators.md. */

/* Bytes of a digest. */
#define DUBAN_DIGEST_BYTES 32

/* One entry. Borrowed until the call that it is given to returns. This struct
   never grows. */
typedef struct duban_journal_entry {
  uint64_t sequence; /* from 1, without gaps */
  uint64_t batch;    /* from 1, without gaps; same for a whole batch */
  const void* payload;
  size_t payload_size;   /* may be 0 */
  const uint8_t* digest; /* DUBAN_DIGEST_BYTES */
} duban_journal_entry;

/* Takes an entry that `read` gives. Where it does not return DUBAN_OK, `read`
   stops and returns the same. */
typedef duban_status (*duban_journal_put)(void* sink,
                                          const duban_journal_entry* entry);

/* What the program does. Each returns DUBAN_OK or any other code, which the
   call that caused it then returns, with reason JOURNAL_CALLBACK_FAILED. They
   are called on the thread that calls the library, one at a time for each
   ledger; they must not throw, and not call anything for the same ledger. All
   but `release` have to be there. */
typedef struct duban_journal_callbacks {
  size_t struct_size; /* sizeof(duban_journal_callbacks) */
  /* Handed to each of them. Borrowed until `release` is called. */
  void* context;
  /* Number, batch and digest of the last entry; zeros, as they are set
     beforehand, where there is none. Best with a lock that lasts until the
     program's transaction ends. */
  duban_status (*last)(void* context, uint64_t* sequence, uint64_t* batch,
                       uint8_t digest[DUBAN_DIGEST_BYTES]);
  /* Stores all entries or none, if the last one still has that number and
     digest; otherwise DUBAN_ABORTED, upon which the ledger reads on and tries
     again. */
  duban_status (*append)(void* context, uint64_t expected_sequence,
                         const uint8_t expected_digest[DUBAN_DIGEST_BYTES],
                         const duban_journal_entry* entries,
                         size_t entry_count);
  /* Gives every entry after number `after` to `put`, in order. */
  duban_status (*read)(void* context, uint64_t after, duban_journal_put put,
                       void* sink);
  /* Called once, when the ledger is closed; may be null. Not called where
     duban_ledger_open_journal fails. */
  void (*release)(void* context);
} duban_journal_callbacks;

/* Opens a ledger that the program keeps, and reads and checks all of it.
   Where a transaction around duban_ledger_apply is rolled back, call
   duban_ledger_refresh: until then, or the next write, the ledger still shows
   what was taken back. *ledger is owned: duban_ledger_close. */
DUBAN_API duban_status
duban_ledger_open_journal(const duban_journal_callbacks* callbacks,
                          duban_ledger** ledger, duban_error** error);
/* Reads what other processes have written since, of any ledger. Every write
   does so by itself. */
DUBAN_API duban_status duban_ledger_refresh(duban_ledger* ledger,
                                            duban_error** error);

/* ---- What it amounts to ------------------------------------------------ */

/* Functions of their arguments alone: the same pack digest, head and day give
   the same bytes on every machine. Buffers are owned: duban_buffer_free.
   `as_of` is a civil date. Options may be null. */

typedef struct duban_assess_options {
  size_t struct_size; /* sizeof(duban_assess_options) */
  /* Id of the only scheme wanted; empty for all. */
  const char* scheme;
  size_t scheme_size;
} duban_assess_options;
#define DUBAN_ASSESS_OPTIONS_INIT \
  { sizeof(duban_assess_options), NULL, 0 }

typedef struct duban_duties_options {
  size_t struct_size; /* sizeof(duban_duties_options) */
  /* Id of the only subject wanted, whose duties then come with the records
     behind each need; empty for all. */
  const char* subject;
  size_t subject_size;
} duban_duties_options;
#define DUBAN_DUTIES_OPTIONS_INIT \
  { sizeof(duban_duties_options), NULL, 0 }

/* Scorecards, figures and the certificate: duban.v1.Assessment. Every
   format. */
DUBAN_API duban_status duban_pack_assess(
    const duban_pack* pack, const duban_view* view, const char* as_of,
    size_t as_of_size, const duban_assess_options* options, int32_t format,
    duban_buffer** assessment, duban_error** error);
/* Every duty whose period has begun: duban.v1.DutyReport. Every format. */
DUBAN_API duban_status duban_pack_duties(const duban_pack* pack,
                                         const duban_view* view,
                                         const char* as_of, size_t as_of_size,
                                         const duban_duties_options* options,
                                         int32_t format, duban_buffer** duties,
                                         duban_error** error);
/* Every point and duty of one person, organization or pairing, down to the
   records: duban.v1.Explanation. NOT_FOUND where there is no such id. Every
   format but CSV. */
DUBAN_API duban_status duban_pack_explain(
    const duban_pack* pack, const duban_view* view, const char* as_of,
    size_t as_of_size, const char* subject, size_t subject_size, int32_t format,
    duban_buffer** explanation, duban_error** error);

/* What falls due within so many working days: duban.v1.ReminderReport.
   Protobuf or JSON, as of all that follows. */
DUBAN_API duban_status duban_pack_reminders(
    const duban_pack* pack, const duban_view* view, const char* as_of,
    size_t as_of_size, int32_t within, int32_t format, duban_buffer** reminders,
    duban_error** error);
/* Why each day is worked or not: duban.v1.DayReport. Both days are included;
   without them, the month of the campaign's first day. */
DUBAN_API duban_status duban_pack_days(const duban_pack* pack, const char* from,
                                       size_t from_size, const char* until,
                                       size_t until_size, int32_t format,
                                       duban_buffer** days,
                                       duban_error** error);
/* What is due otherwise by `after` than by `before`:
   duban.v1.MovedDayReport. A day that is not given is the first or the last
   one of the campaign, by `after`. */
DUBAN_API duban_status duban_pack_moved_days(
    const duban_pack* before, const duban_pack* after, const char* from,
    size_t from_size, const char* until, size_t until_size, int32_t format,
    duban_buffer** moved, duban_error** error);

/* ---- Messages ---------------------------------------------------------- */

/* From one format into another: a Batch written as JSON into protobuf, an
   Assessment kept as protobuf into the JSON that duban_pack_assess gives.
   `type` is the full name of a message of this library ("duban.v1.Batch").
   Into DUBAN_FORMAT_TEXT go DutyReport and Explanation, into DUBAN_FORMAT_CSV
   DutyReport and Assessment; from these two nothing comes back.
   *out is owned: duban_buffer_free. */
DUBAN_API duban_status
duban_message_convert(const char* type, size_t type_size, const void* bytes,
                      size_t bytes_size, int32_t from_format, int32_t to_format,
                      duban_buffer** out, duban_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* DUBAN_DUBAN_H_ */
