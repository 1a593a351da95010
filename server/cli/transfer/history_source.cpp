#include "server/cli/transfer/history_source.hpp"

#include <random>

#include "clients/cpp/steady_connection.hpp"
#include "protocol/encode.hpp"
#include "protocol/json.hpp"
#include "server/cli/value_text.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kPageEvents = 500;

class LocalHistory final : public HistorySource {
 public:
  LocalHistory(std::unique_ptr<Reader> reader, const std::string& type, Seq last)
      : reader_(std::move(reader)), last_(last) {
    if (!type.empty()) query_.type = EntityType{type};
    query_.after = Seq{};
    query_.limit = kPageEvents;
    query_.most_bytes = 4 * 1024 * 1024;
  }

  TransferResult<std::vector<std::string>> next_page() override {
    std::vector<std::string> lines;
    const auto page = reader_->history(query_);
    if (!page) return transfer_error(page.error());
    for (const DataSyncEvent& event : page->events) append_logged_event(lines.emplace_back(), event);
    if (!page->events.empty()) seq_ = page->events.back().seq;
    ended_ = !page->next;
    if (page->next) query_.after = seq_ = *page->next;
    return lines;
  }
  bool ended() const override { return ended_; }
  std::uint64_t seq() const override { return seq_.value(); }
  std::uint64_t last_seq() const override { return last_.value(); }

 private:
  std::unique_ptr<Reader> reader_;
  HistoryQuery query_;
  Seq seq_;
  Seq last_;
  bool ended_ = false;
};

class RemoteHistory final : public HistorySource {
 public:
  RemoteHistory(const ConnectOptions& options, const std::string& type)
      : connection_(options, std::random_device{}()) {
    request_ = {{"type", "history"}, {"after", 0}, {"limit", kPageEvents}, {"export", true}};
    if (!type.empty()) request_["entityType"] = type;
  }

  TransferResult<void> open() {
    const auto opened = connection_.open();
    if (!opened) return transfer_error(opened.error());
    if (const json::object* position = object_member(connection_.welcome(), "position")) {
      last_ = number_member(*position, "seq");
    }
    return {};
  }

  TransferResult<std::vector<std::string>> next_page() override {
    std::vector<std::string> lines;
    const auto answer = connection_.ask(request_);
    if (!answer) return transfer_error(answer.error());
    const json::array* events = array_member(*answer, "events");
    if (text_member(*answer, "type") != "events" || !events) {
      return transfer_error("the server refused: " + text_member(*answer, "message"));
    }
    for (const json::value& event : *events) {
      if (event.is_object()) seq_ = number_member(event.get_object(), "seq");
      lines.push_back(to_json_text(event));
    }
    const json::value* next = answer->if_contains("next");
    ended_ = next == nullptr;
    if (next) {
      request_["after"] = *next;
      seq_ = number_member(*answer, "next");
    } else {
      connection_.close();
    }
    return lines;
  }
  bool ended() const override { return ended_; }
  std::uint64_t seq() const override { return seq_; }
  std::uint64_t last_seq() const override { return last_; }

 private:
  SteadyConnection connection_;
  json::object request_;
  std::uint64_t seq_ = 0;
  std::uint64_t last_ = 0;
  bool ended_ = false;
};

}  // namespace

TransferResult<std::unique_ptr<HistorySource>> open_local_history(const std::filesystem::path& directory,
                                                                  const std::string& type) {
  if (!std::filesystem::exists(directory / "coterie.db")) {
    return transfer_error("there is no data in " + directory.string() + ".");
  }
  SqliteOptions options;
  options.directory = directory;
  auto reader = open_sqlite_reader(options);
  if (!reader) return transfer_error(reader.error());
  const auto position = (*reader)->position();
  if (!position) return transfer_error(position.error());
  return std::unique_ptr<HistorySource>(
      std::make_unique<LocalHistory>(std::move(*reader), type, position->seq));
}

TransferResult<std::unique_ptr<HistorySource>> open_remote_history(const ConnectOptions& options,
                                                                   const std::string& type) {
  auto source = std::make_unique<RemoteHistory>(options, type);
  const auto opened = source->open();
  if (!opened) return opened.error();
  return std::unique_ptr<HistorySource>(std::move(source));
}

}  // namespace coterie
