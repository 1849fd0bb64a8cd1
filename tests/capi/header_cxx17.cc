// duban.h alone, first, as strict C++17.
#include "duban/duban.h"

duban_status duban_header_cxx17();

duban_status duban_header_cxx17() {
  duban_ledger_options ledger = DUBAN_LEDGER_OPTIONS_INIT;
  duban_apply_options apply = DUBAN_APPLY_OPTIONS_INIT;
  duban_assess_options assess = DUBAN_ASSESS_OPTIONS_INIT;
  duban_duties_options duties = DUBAN_DUTIES_OPTIONS_INIT;
  return ledger.must_exist + apply.keep_good + (assess.scheme != nullptr) +
         (duties.subject != nullptr);
}
