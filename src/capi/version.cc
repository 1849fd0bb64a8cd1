#include "absl/strings/string_view.h"
#include "duban/duban.h"

static_assert(absl::string_view(DUBAN_ENGINE_VERSION) == DUBAN_VERSION_STRING,
              "duban.h and the build disagree about the version");

uint32_t duban_version(void) {
  return DUBAN_VERSION_MAJOR * 1000000 + DUBAN_VERSION_MINOR * 1000 +
         DUBAN_VERSION_PATCH;
}

const char* duban_version_string(void) { return DUBAN_VERSION_STRING; }

int32_t duban_abi_epoch(void) { return DUBAN_ABI_EPOCH; }

int32_t duban_pack_format_oldest(void) { return DUBAN_PACK_FORMAT_OLDEST; }

int32_t duban_pack_format_newest(void) { return DUBAN_PACK_FORMAT_NEWEST; }

const char* duban_status_name(duban_status status) {
  switch (status) {
    case DUBAN_OK:
      return "OK";
    case DUBAN_CANCELLED:
      return "CANCELLED";
    case DUBAN_INVALID_ARGUMENT:
      return "INVALID_ARGUMENT";
    case DUBAN_DEADLINE_EXCEEDED:
      return "DEADLINE_EXCEEDED";
    case DUBAN_NOT_FOUND:
      return "NOT_FOUND";
    case DUBAN_ALREADY_EXISTS:
      return "ALREADY_EXISTS";
    case DUBAN_PERMISSION_DENIED:
      return "PERMISSION_DENIED";
    case DUBAN_RESOURCE_EXHAUSTED:
      return "RESOURCE_EXHAUSTED";
    case DUBAN_FAILED_PRECONDITION:
      return "FAILED_PRECONDITION";
    case DUBAN_ABORTED:
      return "ABORTED";
    case DUBAN_OUT_OF_RANGE:
      return "OUT_OF_RANGE";
    case DUBAN_UNIMPLEMENTED:
      return "UNIMPLEMENTED";
    case DUBAN_INTERNAL:
      return "INTERNAL";
    case DUBAN_UNAVAILABLE:
      return "UNAVAILABLE";
    case DUBAN_DATA_LOSS:
      return "DATA_LOSS";
    case DUBAN_UNAUTHENTICATED:
      return "UNAUTHENTICATED";
    default:
      return "UNKNOWN";
  }
}
