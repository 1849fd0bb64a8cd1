// What the handles of packs, ledgers and views hold.
#ifndef DUBAN_SRC_CAPI_HANDLES_H_
#define DUBAN_SRC_CAPI_HANDLES_H_

#include <memory>
#include <mutex>
#include <string>

#include "duban/duban.h"
#include "duban/ledger.h"
#include "duban/pack.h"
#include "duban/v1/error.pb.h"
#include "src/journal/host.h"

struct duban_pack {
  std::shared_ptr<const duban::Pack> pack;
  duban::v1::ErrorList warnings;
};

struct duban_ledger {
  std::mutex mutex;  // guards what follows
  std::unique_ptr<duban::Ledger> ledger;
  // An exception came out of a write, so `ledger` may no longer be what its
  // journal says.
  bool lost = false;
  // To open it again: a journal of the host, or else a path, which is empty
  // for a ledger in memory.
  std::shared_ptr<duban::journal::HostStore> host;
  std::string path;
  duban::LedgerOptions options;
};

struct duban_view {
  duban::LedgerView view;
};

#endif  // DUBAN_SRC_CAPI_HANDLES_H_
