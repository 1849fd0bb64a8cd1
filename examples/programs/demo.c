/* Duban from C: a pack, a folder of tables, and what they amount to.

     demo_c PACK FOLDER LEDGER AS_OF [OUT.json]

   Writes the assessment as JSON to OUT.json, or to standard output, and says
   on standard error why the first subject of the first table of scores has
   its points. LEDGER is made where it does not exist; running the program
   again adds nothing to it. Builds as C99 with nothing but libduban. */
#include <duban/duban.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints the error and frees it. Every fault is shown, not only the first. */
static int fail(const char* what, duban_error* error) {
  size_t i;
  fprintf(stderr, "%s: %s\n", what, duban_error_text(error));
  for (i = 0; i < duban_error_count(error); ++i) {
    duban_fault fault = {0};
    fault.struct_size = sizeof fault;
    if (i == duban_error_first(error)) continue;
    if (!duban_error_fault(error, i, &fault)) continue;
    fprintf(stderr, "  %s, row %lld, change %ld, %s: %s / %s [%s]\n",
            fault.file, (long long)fault.row, (long)fault.change, fault.field,
            fault.message_zh, fault.message_en, fault.reason);
  }
  duban_error_free(error);
  return 1;
}

static int write_file(const char* path, const duban_buffer* buffer) {
  FILE* out = path == NULL ? stdout : fopen(path, "wb");
  const size_t size = duban_buffer_size(buffer);
  int bad;
  if (out == NULL) {
    perror(path);
    return 1;
  }
  bad = fwrite(duban_buffer_data(buffer), 1, size, out) != size;
  bad |= (out == stdout ? fflush(out) : fclose(out)) != 0;
  if (bad) perror(path == NULL ? "stdout" : path);
  return bad;
}

/* The subject of the second row of the CSV, which begins
   "scheme,subject,…". A program with protobuf or a JSON parser has better
   ways. */
static void first_subject(const char* csv, char* id, size_t id_size) {
  const char* at = strchr(csv, '\n');
  size_t length;
  id[0] = '\0';
  if (at != NULL) at = strchr(at, ',');
  if (at == NULL) return;
  length = strcspn(++at, ",\r\n");
  if (length >= id_size) return;
  memcpy(id, at, length);
  id[length] = '\0';
}

static int report(const duban_pack* pack, const duban_view* view,
                  const char* as_of, const char* out) {
  duban_error* error = NULL;
  duban_buffer* buffer = NULL;
  char subject[256];
  int bad;

  if (duban_pack_assess(pack, view, as_of, DUBAN_STRLEN, NULL,
                        DUBAN_FORMAT_JSON, &buffer, &error) != DUBAN_OK) {
    return fail("assess", error);
  }
  bad = write_file(out, buffer);
  duban_buffer_free(buffer);
  if (bad) return 1;

  if (duban_pack_assess(pack, view, as_of, DUBAN_STRLEN, NULL, DUBAN_FORMAT_CSV,
                        &buffer, &error) != DUBAN_OK) {
    return fail("assess", error);
  }
  first_subject(duban_buffer_data(buffer), subject, sizeof subject);
  duban_buffer_free(buffer);
  if (subject[0] == '\0') return 0;

  if (duban_pack_explain(pack, view, as_of, DUBAN_STRLEN, subject, DUBAN_STRLEN,
                         DUBAN_FORMAT_TEXT, &buffer, &error) != DUBAN_OK) {
    return fail("explain", error);
  }
  fputs(duban_buffer_data(buffer), stderr);
  duban_buffer_free(buffer);
  return 0;
}

static int run(const duban_pack* pack, duban_ledger* ledger, char** argv,
               const char* out) {
  duban_error* error = NULL;
  duban_view* view = NULL;
  int bad;
  if (duban_ledger_import_folder(ledger, pack, argv[2], DUBAN_STRLEN, NULL,
                                 DUBAN_FORMAT_PROTOBUF, NULL,
                                 &error) != DUBAN_OK) {
    return fail("import", error);
  }
  if (duban_ledger_view(ledger, &view, &error) != DUBAN_OK) {
    return fail("view", error);
  }
  bad = report(pack, view, argv[4], out);
  duban_view_free(view);
  return bad;
}

int main(int argc, char** argv) {
  duban_error* error = NULL;
  duban_pack* pack = NULL;
  duban_ledger* ledger = NULL;
  int bad;
  if (argc != 5 && argc != 6) {
    fprintf(stderr, "usage: %s PACK FOLDER LEDGER AS_OF [OUT.json]\n", argv[0]);
    return 2;
  }
  if (duban_pack_load(argv[1], DUBAN_STRLEN, &pack, &error) != DUBAN_OK) {
    return fail("pack", error);
  }
  if (duban_ledger_open(argv[3], DUBAN_STRLEN, NULL, &ledger, &error) !=
      DUBAN_OK) {
    duban_pack_free(pack);
    return fail("ledger", error);
  }
  bad = run(pack, ledger, argv, argc == 6 ? argv[5] : NULL);
  duban_ledger_close(ledger);
  duban_pack_free(pack);
  return bad;
}
