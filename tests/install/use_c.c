/* A user of the C ABI, compiled against the installed package: loads a pack,
   adopts it in a ledger in memory, writes one person, and reads duties.

     use_c PACK */
#include <duban/duban.h>
#include <stdio.h>
#include <string.h>

static int failed(const char* what, duban_status status, duban_error* error) {
  fprintf(stderr, "%s: %s %s\n", what, duban_status_name(status),
          error != NULL ? duban_error_text(error) : "");
  duban_error_free(error);
  return 1;
}

static const char kBatch[] =
    "{\"changes\": [{\"putOrganization\": {\"id\": \"u\","
    " \"kind\": \"university\", \"name\": \"U\"}}]}";

static int use_ledger(const duban_pack* pack, duban_ledger* ledger) {
  duban_error* error = NULL;
  duban_buffer* duties = NULL;
  duban_view* view = NULL;
  uint64_t sequence = 0;
  char digest[DUBAN_DIGEST_SIZE];
  duban_status status = duban_ledger_adopt_pack(
      ledger, pack, DUBAN_FORMAT_PROTOBUF, NULL, &error);
  if (status != DUBAN_OK) return failed("adopt", status, error);
  status =
      duban_ledger_apply(ledger, kBatch, sizeof kBatch - 1, DUBAN_FORMAT_JSON,
                         NULL, DUBAN_FORMAT_PROTOBUF, NULL, &error);
  if (status != DUBAN_OK) return failed("apply", status, error);
  status = duban_ledger_head(ledger, &sequence, digest, &error);
  if (status != DUBAN_OK) return failed("head", status, error);
  if (sequence == 0 || strlen(digest) != DUBAN_DIGEST_SIZE - 1) {
    fprintf(stderr, "the head is %u %s\n", (unsigned)sequence, digest);
    return 1;
  }
  status = duban_ledger_view(ledger, &view, &error);
  if (status != DUBAN_OK) return failed("view", status, error);
  status = duban_pack_duties(pack, view, "2021-12-31", DUBAN_STRLEN, NULL,
                             DUBAN_FORMAT_JSON, &duties, &error);
  duban_view_free(view);
  if (status != DUBAN_OK) return failed("duties", status, error);
  /* The university owes its two-monthly list. */
  if (strstr(duban_buffer_data(duties), "practical-list") == NULL) {
    fprintf(stderr, "no such duty in %s\n", duban_buffer_data(duties));
    duban_buffer_free(duties);
    return 1;
  }
  duban_buffer_free(duties);
  return 0;
}

int main(int argc, char** argv) {
  duban_error* error = NULL;
  duban_pack* pack = NULL;
  duban_ledger* ledger = NULL;
  duban_status status;
  int result;
  if (argc != 2) {
    fprintf(stderr, "usage: use_c PACK\n");
    return 2;
  }
  if (strcmp(duban_version_string(), DUBAN_VERSION_STRING) != 0 ||
      duban_abi_epoch() != DUBAN_ABI_EPOCH) {
    fprintf(stderr, "header and library differ in version\n");
    return 1;
  }
  status = duban_pack_load("/nowhere", DUBAN_STRLEN, &pack, &error);
  if (status == DUBAN_OK || pack != NULL || error == NULL) {
    fprintf(stderr, "a pack was loaded from nowhere\n");
    return 1;
  }
  duban_error_free(error);
  error = NULL;
  status = duban_pack_load(argv[1], DUBAN_STRLEN, &pack, &error);
  if (status != DUBAN_OK) return failed(argv[1], status, error);
  status = duban_ledger_open_in_memory(&ledger, &error);
  if (status != DUBAN_OK) {
    duban_pack_free(pack);
    return failed("ledger", status, error);
  }
  result = use_ledger(pack, ledger);
  if (result == 0) {
    printf("use_c: pack %s, libduban %s\n", duban_pack_id(pack),
           duban_version_string());
  }
  duban_ledger_close(ledger);
  duban_pack_free(pack);
  return result;
}
