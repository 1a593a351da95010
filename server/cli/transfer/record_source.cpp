#include "server/cli/transfer/record_source.hpp"

#include <chrono>
#include <random>

#include "clients/cpp/steady_connection.hpp"
#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"
#include "server/cli/value_text.hpp"
#include "storage/sqlite/sqlite_store.hpp"
#include "storage/stored_json.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kPageRecords = 500;

TransferResult<json::value> read_filter(const std::string& text) {
  if (text.empty()) return json::value(json::object{});
  auto filter = parse_json(text, {64 * 1024, kMaxDepth, kMaxMembers});
  if (!filter) return TransferError{2, "--filter is not JSON: " + filter.error().message};
  return std::move(*filter);
}

class LocalSource final : public RecordSource {
 public:
  LocalSource(std::unique_ptr<Reader> reader, std::string type, Filter filter) : reader_(std::move(reader)) {
    query_.type = EntityType{std::move(type)};
    query_.filter = std::move(filter);
    query_.limit = kPageRecords;
    query_.most_bytes = 4 * 1024 * 1024;
    query_.count = true;
  }

  TransferResult<std::vector<ExportedRecord>> next_page() override {
    std::vector<ExportedRecord> records;
    if (ended_) return records;
    auto page = reader_->list(query_);
    if (!page) return transfer_error(page.error());
    if (page->total) total_ = *page->total;
    if (!first_) first_ = page->position.seq;
    last_ = page->position.seq;
    query_.count = false;
    query_.after = page->next;
    ended_ = !page->next;
    for (const Entity& entity : page->entities) {
      auto data = parse_stored_object(entity.data);
      if (!data) return transfer_error(data.error());
      records.push_back({entity.meta.key.id.value(), std::move(*data)});
    }
    if (records.empty()) ended_ = true;
    return records;
  }
  std::uint64_t total() const override { return total_; }
  bool moved() const override { return first_ && *first_ != last_; }

 private:
  std::unique_ptr<Reader> reader_;
  ListQuery query_;
  std::uint64_t total_ = 0;
  std::optional<Seq> first_;
  Seq last_;
  bool ended_ = false;
};

class RemoteSource final : public RecordSource {
 public:
  RemoteSource(const ConnectOptions& options, const std::string& type, json::value filter)
      : connection_(options, std::random_device{}()) {
    request_ = {
        {"type", "list"}, {"entityType", type}, {"limit", kPageRecords}, {"count", true}, {"export", true}};
    if (!filter.get_object().empty()) request_["filter"] = std::move(filter);
  }

  TransferResult<void> open() {
    const auto opened = connection_.open();
    if (!opened) return transfer_error(opened.error());
    return {};
  }

  TransferResult<std::vector<ExportedRecord>> next_page() override {
    std::vector<ExportedRecord> records;
    if (ended_) return records;
    auto answer = connection_.ask(request_);
    if (!answer) return transfer_error(answer.error());
    const json::array* entities = array_member(*answer, "entities");
    if (text_member(*answer, "type") != "entities" || !entities) {
      return transfer_error("the server refused: " + text_member(*answer, "message"));
    }
    if (const auto total = number_member(*answer, "total"); total > 0) total_ = total;
    if (const json::object* position = object_member(*answer, "position")) {
      last_ = number_member(*position, "seq");
      if (!first_) first_ = last_;
    }
    for (const json::value& value : *entities) {
      const json::object* entity = value.if_object();
      const json::object* data = entity ? object_member(*entity, "data") : nullptr;
      if (data) records.push_back({text_member(*entity, "entityId"), *data});
    }
    request_.erase("count");
    const json::value* cursor = answer->if_contains("cursor");
    ended_ = !cursor || cursor->is_null() || records.empty();
    if (!ended_) request_["cursor"] = *cursor;
    if (ended_) connection_.close();
    return records;
  }
  std::uint64_t total() const override { return total_; }
  bool moved() const override { return first_ && *first_ != last_; }

 private:
  SteadyConnection connection_;
  json::object request_;
  std::uint64_t total_ = 0;
  std::optional<std::uint64_t> first_;
  std::uint64_t last_ = 0;
  bool ended_ = false;
};

}  // namespace

TransferResult<std::unique_ptr<RecordSource>> open_local_source(const std::filesystem::path& directory,
                                                                const std::string& type,
                                                                const std::string& filter) {
  const auto value = read_filter(filter);
  if (!value) return value.error();
  auto parsed = Filter::parse(*value);
  if (!parsed) return TransferError{2, "--filter: " + parsed.error().message};
  if (!std::filesystem::exists(directory / "coterie.db")) {
    return transfer_error("there is no data in " + directory.string() + ".");
  }
  SqliteOptions options;
  options.directory = directory;
  options.now = [] {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  };
  auto reader = open_sqlite_reader(options);
  if (!reader) return transfer_error(reader.error());
  return std::unique_ptr<RecordSource>(
      std::make_unique<LocalSource>(std::move(*reader), type, std::move(*parsed)));
}

TransferResult<std::unique_ptr<RecordSource>> open_remote_source(const ConnectOptions& options,
                                                                 const std::string& type,
                                                                 const std::string& filter) {
  auto value = read_filter(filter);
  if (!value) return value.error();
  if (!value->is_object()) return TransferError{2, "--filter is an object, like {\"Origin\": \"USA\"}"};
  auto source = std::make_unique<RemoteSource>(options, type, std::move(*value));
  const auto opened = source->open();
  if (!opened) return opened.error();
  return std::unique_ptr<RecordSource>(std::move(source));
}

}  // namespace coterie
