// Where an export reads: page by page from the database's files, or from a running server.
// Thread: one.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "clients/cpp/connection.hpp"
#include "server/cli/transfer/transfer_error.hpp"

namespace coterie {

struct ExportedRecord {
  std::string id;
  boost::json::object data;
};

class RecordSource {
 public:
  virtual ~RecordSource() = default;
  // In the order of the ids; empty: the end.
  virtual TransferResult<std::vector<ExportedRecord>> next_page() = 0;
  virtual std::uint64_t total() const = 0;  // told with the first page; 0 before
  // Whether something was committed between the first page and the last.
  virtual bool moved() const = 0;
};

// `filter`: JSON, or empty for all.
TransferResult<std::unique_ptr<RecordSource>> open_local_source(const std::filesystem::path& directory,
                                                                const std::string& type,
                                                                const std::string& filter);
TransferResult<std::unique_ptr<RecordSource>> open_remote_source(const ConnectOptions& options,
                                                                 const std::string& type,
                                                                 const std::string& filter);

}  // namespace coterie
