// A running server as the target of an import, over its WebSocket.

#include <algorithm>
#include <random>

#include "clients/cpp/steady_connection.hpp"
#include "server/cli/transfer/import_target.hpp"
#include "server/cli/value_text.hpp"
#include "server/ops/random.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kIdsInQuestion = 200;
constexpr std::size_t kEnvelopeBytes = 4096;  // of a message around its operations
constexpr std::size_t kLeastBytes = 16 * 1024;

// The id belongs to this sending alone: after a crash it is the records' own ids that tell what is there
// already, and an import that is wanted again after its records were deleted must not be answered as a
// repeat.
std::string fresh_id() {
  return uuid_v7(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
}

TransferError undecided(const json::object& answer) {
  return transfer_error("the server did not take it: " + text_member(answer, "message"));
}

class RemoteTarget final : public ImportTarget {
 public:
  explicit RemoteTarget(const ConnectOptions& options) : connection_(options, std::random_device{}()) {}

  TransferResult<void> open(std::function<void(const std::string&)> waiting);
  BatchLimits limits() const override { return limits_; }
  TransferResult<StandingRecords> standing(const std::string& type,
                                           const std::vector<std::string>& ids) override;
  TransferResult<void> write(const json::array& operations) override;
  TransferResult<void> finish() override {
    connection_.close();
    return {};
  }

 private:
  TransferResult<void> look_up(const std::string& type, json::array ids, StandingRecords& found);

  SteadyConnection connection_;
  BatchLimits limits_;
};

TransferResult<void> RemoteTarget::open(std::function<void(const std::string&)> waiting) {
  const auto opened = connection_.open();
  if (!opened) return transfer_error(opened.error());
  connection_.waiting = std::move(waiting);
  limits_.bytes = 56 * 1024;
  if (const json::object* told = object_member(connection_.welcome(), "limits")) {
    if (const auto bytes = number_member(*told, "messageBytes"); bytes > 0) {
      limits_.bytes = std::max(kLeastBytes, std::min<std::size_t>(bytes, 256 * 1024) - kEnvelopeBytes);
    }
    if (const auto operations = number_member(*told, "operations"); operations > 0)
      limits_.operations = operations;
  }
  return {};
}

TransferResult<void> RemoteTarget::look_up(const std::string& type, json::array ids, StandingRecords& found) {
  json::object request{{"type", "list"},
                       {"entityType", type},
                       {"limit", kIdsInQuestion},
                       {"filter", json::object{{"$id", json::object{{"$in", std::move(ids)}}}}}};
  for (;;) {
    auto answer = connection_.ask(request);
    if (!answer) return transfer_error(answer.error());
    const json::array* entities = array_member(*answer, "entities");
    if (text_member(*answer, "type") != "entities" || !entities) return undecided(*answer);
    for (const json::value& value : *entities) {
      const json::object* entity = value.if_object();
      const json::object* data = entity ? object_member(*entity, "data") : nullptr;
      if (data) found[text_member(*entity, "entityId")] = {number_member(*entity, "version"), *data};
    }
    const json::value* cursor = answer->if_contains("cursor");
    if (!cursor || cursor->is_null()) return {};
    request["cursor"] = *cursor;
  }
}

TransferResult<StandingRecords> RemoteTarget::standing(const std::string& type,
                                                       const std::vector<std::string>& ids) {
  StandingRecords found;
  for (std::size_t at = 0; at < ids.size(); at += kIdsInQuestion) {
    const auto first = ids.begin() + static_cast<std::ptrdiff_t>(at);
    const auto last = ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), at + kIdsInQuestion));
    const auto looked = look_up(type, json::array(first, last), found);
    if (!looked) return looked.error();
  }
  return found;
}

TransferResult<void> RemoteTarget::write(const json::array& operations) {
  const auto answer = connection_.ask({{"type", "mutate"}, {"mutationId", fresh_id()}, {"ops", operations}});
  if (!answer) return transfer_error(answer.error());
  const std::string type = text_member(*answer, "type");
  if (type == "committed") return {};
  if (type == "error") return undecided(*answer);
  const json::value* index = answer->if_contains("opIndex");
  const std::size_t at = index && index->is_int64() ? static_cast<std::size_t>(index->get_int64()) : 0;
  const json::object* operation = at < operations.size() ? operations[at].if_object() : nullptr;
  return transfer_error("the server refused " +
                        (operation ? text_member(*operation, "entityId") : std::string("a record")) + ": " +
                        text_member(*answer, "message"));
}

}  // namespace

TransferResult<std::unique_ptr<ImportTarget>> open_remote_target(
    const ConnectOptions& options, std::function<void(const std::string&)> waiting) {
  auto target = std::make_unique<RemoteTarget>(options);
  const auto opened = target->open(std::move(waiting));
  if (!opened) return opened.error();
  return std::unique_ptr<ImportTarget>(std::move(target));
}

}  // namespace coterie
