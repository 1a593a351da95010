// Where an export of the history reads: oldest first, page by page, from the database's files or from a
// running server. Thread: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "clients/cpp/connection.hpp"
#include "server/cli/transfer/transfer_error.hpp"

namespace coterie {

class HistorySource {
 public:
  virtual ~HistorySource() = default;
  // Each event as a line of JSON with its old values. May be empty before the end: see ended().
  virtual TransferResult<std::vector<std::string>> next_page() = 0;
  virtual bool ended() const = 0;
  virtual std::uint64_t seq() const = 0;       // of the last commit that was read
  virtual std::uint64_t last_seq() const = 0;  // of the newest when it began: how far it will go
};

// `type`: empty for all.
TransferResult<std::unique_ptr<HistorySource>> open_local_history(const std::filesystem::path& directory,
                                                                  const std::string& type);
TransferResult<std::unique_ptr<HistorySource>> open_remote_history(const ConnectOptions& options,
                                                                   const std::string& type);

}  // namespace coterie
