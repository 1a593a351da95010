// Where an import writes: the database of a stopped server, or a running server. Both take the same
// operations in the same words and decide them by the same rules. Thread: one.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "clients/cpp/connection.hpp"
#include "server/cli/transfer/transfer_error.hpp"

namespace coterie {

struct RuleChange;
struct TypesConfiguration;

struct StandingRecord {
  std::uint64_t version = 0;
  boost::json::object data;
};
using StandingRecords = std::map<std::string, StandingRecord>;  // by id; those that are not there are absent

struct BatchLimits {
  std::size_t operations = 500;
  std::size_t bytes = 0;  // of the operations as text
  std::size_t members = 8'000;
};

class ImportTarget {
 public:
  virtual ~ImportTarget() = default;
  virtual BatchLimits limits() const = 0;
  virtual TransferResult<StandingRecords> standing(const std::string& type,
                                                   const std::vector<std::string>& ids) = 0;
  // One mutation: all of its operations or none, and once, however often it had to be sent. Law 4.
  virtual TransferResult<void> write(const boost::json::array& operations) = 0;
  // On return everything written is durable.
  virtual TransferResult<void> finish() = 0;
};

// All that was written since the last time is one transaction, until it grows past `transaction_bytes`:
// smaller imports are there whole or not at all, whatever happens to the machine. The records are held to
// `types`, which the database adopts as a server would; `dropped` is told of rules that it had and these are
// not.
TransferResult<std::unique_ptr<ImportTarget>> open_local_target(
    const std::filesystem::path& directory, std::size_t transaction_bytes, const TypesConfiguration& types,
    const std::function<void(const RuleChange&)>& dropped);
// For a dry run: nothing is made or changed there.
TransferResult<std::unique_ptr<ImportTarget>> open_preview_target(const std::filesystem::path& directory);
TransferResult<std::unique_ptr<ImportTarget>> open_remote_target(
    const ConnectOptions& options, std::function<void(const std::string&)> waiting);

}  // namespace coterie
