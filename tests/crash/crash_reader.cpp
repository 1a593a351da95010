#include "tests/crash/crash_reader.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

namespace coterie::test {

namespace json = boost::json;

void CrashReader::run(const std::string& url, const std::atomic<bool>& stop,
                      std::chrono::milliseconds quiet) {
  ConnectOptions options;
  options.url = *ServerUrl::parse(url);
  options.token = "dev:reader";
  if (resumption_.subscriptions.empty()) {
    resumption_.subscriptions = {json::object{{"subscription", 1}, {"entityType", "Order"}},
                                 json::object{{"subscription", 2}, {"entityType", "Stock"}}};
  }
  auto connection = Connection::connect(options, resumption_);
  if (!connection) return;
  for (const json::value& one : connection->welcome().at("subscriptions").as_array()) {
    if (before_ && one.at("status") != "recovered")
      problems_.push_back("a resume was not recovered: " + json::serialize(one));
  }
  before_ = true;
  for (;;) {
    auto pushes = connection->next_pushes(stop.load() ? quiet : std::chrono::milliseconds(100));
    if (!pushes) return;
    for (const json::object& message : *pushes) take(message);
    // What was taken is what the next resume begins behind.
    resumption_.position = connection->position();
    resumption_.resume = json::value_to<std::string>(connection->welcome().at("resume"));
    if (pushes->empty() && stop.load()) return connection->close();
  }
}

void CrashReader::take(const json::object& message) {
  if (message.at("type") == "snapshot" && message.contains("entities")) {
    if (!seen_.empty())
      problems_.push_back("a snapshot after events: " + json::serialize(message.at("reason")));
    return;
  }
  if (message.at("type") != "event") return;
  Seen one;
  one.seq = message.at("seq").to_number<std::uint64_t>();
  one.key = fmt::format("{}/{}", message.at("entityType").as_string().c_str(),
                        message.at("entityId").as_string().c_str());
  one.version = message.at("version").to_number<std::uint64_t>();
  one.mutation = message.at("mutationId").as_string().c_str();
  if (!seen_.empty() && one.seq < seen_.back().seq)
    problems_.push_back(fmt::format("seq {} after {}", one.seq, seen_.back().seq));
  std::uint64_t& known = versions_[one.key];
  if (one.version != known + 1)
    problems_.push_back(fmt::format("{} went from version {} to {}", one.key, known, one.version));
  known = one.version;
  seen_.push_back(std::move(one));
}

}  // namespace coterie::test
