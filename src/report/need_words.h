// What a duty asks for in words: a need's name, what was done and what is
// required, in the unit people use.
//
// Knows one need at a time; not the duty, nor the table it stands in. Pure
// functions; thread-safe.
#ifndef DUBAN_SRC_REPORT_NEED_WORDS_H_
#define DUBAN_SRC_REPORT_NEED_WORDS_H_

#include <string>

#include "duban/v1/assessment.pb.h"

namespace duban::report {

// Its Chinese title, or its id.
std::string NeedName(const v1::NeedState& need);
// "19.5": a number to two digits; "—" where nothing could be measured.
std::string NeedDone(const v1::NeedState& need);
// "≥20小时", "≤2", "1–2项".
std::string NeedBounds(const v1::NeedState& need);

}  // namespace duban::report

#endif  // DUBAN_SRC_REPORT_NEED_WORDS_H_
