// The database of a stopped server as the target of an import: the store opened here, the same `decide` as in
// the server, one transaction for as much as fits.

#include <fmt/format.h>

#include <chrono>

#include "protocol/decode.hpp"
#include "protocol/json.hpp"
#include "server/cli/transfer/import_target.hpp"
#include "server/ops/random.hpp"
#include "server/types_file.hpp"
#include "storage/decide.hpp"
#include "storage/sqlite/sqlite_store.hpp"
#include "storage/stored_json.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kHeadCacheBytes = 16 * 1024 * 1024;
constexpr std::size_t kBatchBytes = 256 * 1024;
constexpr std::size_t kBatchMembers = 8'000;

Timestamp time_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

TransferResult<StandingRecords> read_standing(Reader& reader, const std::string& type,
                                              const std::vector<std::string>& ids) {
  StandingRecords found;
  for (const std::string& id : ids) {
    const auto entity = reader.get({EntityType{type}, EntityId{id}});
    if (!entity) return transfer_error(entity.error());
    if (!*entity) continue;
    auto data = parse_stored_object((*entity)->data);
    if (!data) return transfer_error(data.error());
    found[id] = {(*entity)->meta.version.value(), std::move(*data)};
  }
  return found;
}

// "Booking/7 was refused, number: Another record has this value already ..."
std::string refusal_of(const Mutation& mutation, const Rejected& rejected) {
  const Operation& op = mutation.operations[rejected.op_index];
  std::string text = op.entity_type.value();
  if (op.entity_id) text += '/' + op.entity_id->value();
  text += " was refused";
  if (!rejected.field.empty()) text += ", " + rejected.field;
  return text + ": " + rejected.message;
}

SqliteOptions options_for(const std::filesystem::path& directory) {
  SqliteOptions options;
  options.directory = directory;
  options.now = time_now;
  return options;
}

// Looks, and never writes: what a dry run needs, beside a running server too. Without a reader nothing stands
// there.
class PreviewTarget final : public ImportTarget {
 public:
  explicit PreviewTarget(std::unique_ptr<Reader> reader) : reader_(std::move(reader)) {}
  BatchLimits limits() const override { return {500, kBatchBytes, kBatchMembers}; }
  TransferResult<StandingRecords> standing(const std::string& type,
                                           const std::vector<std::string>& ids) override {
    return reader_ ? read_standing(*reader_, type, ids) : StandingRecords{};
  }
  TransferResult<void> write(const json::array&) override {
    return transfer_error("a dry run does not write.");
  }
  TransferResult<void> finish() override { return {}; }

 private:
  std::unique_ptr<Reader> reader_;
};

class LocalTarget final : public ImportTarget {
 public:
  LocalTarget(std::unique_ptr<Store> store, Position position, std::size_t transaction_bytes,
              const TypesConfiguration& types)
      : store_(std::move(store)),
        transaction_bytes_(transaction_bytes),
        numbers_(types.numbers),
        types_(types.types),
        cache_(kHeadCacheBytes) {
    context_.author = {UserId{"import"}, SessionId{}, ClientId{"coterie-import"}};
    context_.epoch = position.epoch;
    context_.numbers = &numbers_;
    context_.types = types_.get();
    context_.make_id = [] { return EntityId{uuid_v7(time_now())}; };
    draft_.emplace(*store_, cache_, position.seq);
  }

  BatchLimits limits() const override { return {500, kBatchBytes, kBatchMembers}; }
  TransferResult<StandingRecords> standing(const std::string& type,
                                           const std::vector<std::string>& ids) override {
    return read_standing(*store_, type, ids);
  }
  TransferResult<void> write(const json::array& operations) override;
  TransferResult<void> finish() override { return commit(); }

 private:
  TransferResult<void> commit();

  std::unique_ptr<Store> store_;
  std::size_t transaction_bytes_;
  std::size_t waiting_bytes_ = 0;  // of the operations in the draft, as text
  NumberFormats numbers_;
  std::shared_ptr<const TypeTable> types_;
  HeadCache cache_;
  DecideContext context_;
  std::optional<Draft> draft_;
};

TransferResult<void> LocalTarget::write(const json::array& operations) {
  std::vector<Operation> decoded;
  for (const json::value& operation : operations) {
    auto one = decode_operation(operation.get_object(), WireLimits{});
    if (!one) return transfer_error(one.error());
    decoded.push_back(std::move(*one));
  }
  auto mutation =
      make_mutation(MutationId{uuid_v7(time_now())}, std::move(decoded), hash_content(operations));
  if (!mutation) return transfer_error(mutation.error());
  context_.now = time_now();
  const Decision decision = decide(*mutation, context_, *draft_);
  if (const auto* error = std::get_if<Error>(&decision.outcome)) return transfer_error(*error);
  if (const auto* rejected = std::get_if<Rejected>(&decision.outcome)) {
    return transfer_error(refusal_of(*mutation, *rejected));
  }
  if (const auto* conflict = std::get_if<Conflict>(&decision.outcome)) {
    return transfer_error(conflict->key.type.value() + "/" + conflict->key.id.value() + ": " +
                          conflict->message);
  }
  waiting_bytes_ += to_json_text(operations).size();
  return waiting_bytes_ >= transaction_bytes_ ? commit() : TransferResult<void>();
}

TransferResult<void> LocalTarget::commit() {
  if (draft_->batch().empty()) return {};
  const Seq last = draft_->last();
  const auto committed = store_->commit(draft_->batch());
  if (!committed) {
    TransferError error = transfer_error(committed.error());
    // Where its end is unknown, what is there afterwards tells.
    const auto seq = store_->recover();
    if (!seq || *seq != last) return error;
  }
  draft_->committed();
  draft_.emplace(*store_, cache_, last);
  waiting_bytes_ = 0;
  return {};
}

}  // namespace

TransferResult<std::unique_ptr<ImportTarget>> open_preview_target(const std::filesystem::path& directory) {
  if (!std::filesystem::exists(directory / "coterie.db")) {
    return std::unique_ptr<ImportTarget>(std::make_unique<PreviewTarget>(nullptr));
  }
  auto reader = open_sqlite_reader(options_for(directory));
  if (!reader) return transfer_error(reader.error());
  return std::unique_ptr<ImportTarget>(std::make_unique<PreviewTarget>(std::move(*reader)));
}

TransferResult<std::unique_ptr<ImportTarget>> open_local_target(
    const std::filesystem::path& directory, std::size_t transaction_bytes, const TypesConfiguration& types,
    const std::function<void(const RuleChange&)>& dropped) {
  auto store = open_sqlite_store(options_for(directory));
  if (!store) return transfer_error(store.error());  // where a server runs, it says to use --url
  const auto position = (*store)->position();
  if (!position) return transfer_error(position.error());
  const auto adopted = (*store)->adopt(*types.types);
  if (!adopted) return transfer_error(adopted.error());
  for (const RuleChange& change : *adopted) {
    if (!change.added) dropped(change);
  }
  return std::unique_ptr<ImportTarget>(
      std::make_unique<LocalTarget>(std::move(*store), *position, transaction_bytes, types));
}

}  // namespace coterie
