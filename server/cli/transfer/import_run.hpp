// An import, in two passes over the file. The first looks at every row and writes nothing: one row that is
// refused refuses the whole. The second writes. Each row has an id that does not change from run to run, and
// a record that stands there already with the very same content is done: so an import that was cut off is
// gone on with by running it again, and each row is there once. Thread: one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "server/cli/transfer/import_target.hpp"
#include "server/cli/transfer/record_shape.hpp"

namespace coterie {

enum class OnExisting { refuse, skip, update };  // a record of that id with other content

struct ImportOptions {
  std::string path;
  RowOptions rows;
  ShapeOptions shape;
  OnExisting on_existing = OnExisting::refuse;
  bool skip_refused = false;
  bool dry_run = false;
  bool quiet = false;                  // no progress
  std::size_t batch_operations = 500;  // at most; the target may take fewer
};

struct RefusedRow {
  std::uint64_t line = 0;
  std::string reason;
};

struct ImportReport {
  static constexpr std::size_t kMostRefusals = 10'000;  // told one by one; the rest is counted. Law 6.
  std::uint64_t rows = 0;
  std::uint64_t created = 0;
  std::uint64_t updated = 0;
  std::uint64_t same = 0;     // there already, with this content
  std::uint64_t skipped = 0;  // there already, left as they are
  std::uint64_t refused = 0;
  std::vector<RefusedRow> refusals;
  bool written = false;  // the second pass has run to its end
};

// Without an error and without `written`: a dry run, or rows were refused and not to be skipped.
TransferResult<ImportReport> run_import(const ImportOptions& options, ImportTarget& target);

}  // namespace coterie
