/* duban.h alone, first, as strict C11. */
#include "duban/duban.h"

duban_status duban_header_c11(void);

duban_status duban_header_c11(void) {
  duban_ledger_options ledger = DUBAN_LEDGER_OPTIONS_INIT;
  duban_apply_options apply = DUBAN_APPLY_OPTIONS_INIT;
  duban_assess_options assess = DUBAN_ASSESS_OPTIONS_INIT;
  duban_duties_options duties = DUBAN_DUTIES_OPTIONS_INIT;
  return ledger.must_exist + apply.keep_good + (assess.scheme != NULL) +
         (duties.subject != NULL);
}

/* The library reads option structs byte by byte: padding would be read as
   options of a later version. */
_Static_assert(sizeof(duban_ledger_options) ==
                   sizeof(size_t) + 2 * sizeof(int32_t) + sizeof(uint64_t),
               "padding");
_Static_assert(sizeof(duban_apply_options) ==
                   sizeof(size_t) + 2 * sizeof(int32_t),
               "padding");
_Static_assert(sizeof(duban_assess_options) ==
                   2 * sizeof(size_t) + sizeof(char*),
               "padding");
_Static_assert(sizeof(duban_duties_options) ==
                   2 * sizeof(size_t) + sizeof(char*),
               "padding");
