// Up to where the log may be purged at all: never inside the window for resuming, and never what a named
// reader has still to be told, unless it lags by more than `reader_age`: then it is cut loose, and told so
// when it comes back. Thread: the store's. Law 3.
#pragma once

#include <chrono>

#include "storage/store.hpp"

namespace coterie {

Result<Seq> purge_limit(Reader& store, Timestamp now, std::chrono::milliseconds reader_age);

}  // namespace coterie
