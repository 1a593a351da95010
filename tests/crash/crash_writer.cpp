#include "tests/crash/crash_writer.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace coterie::test {

namespace json = boost::json;

namespace {

ClientResult<Connection> connect(const std::string& url, std::size_t number) {
  ConnectOptions options;
  auto parsed = ServerUrl::parse(url);
  if (!parsed) return parsed.error();
  options.url = *parsed;
  options.token = fmt::format("dev:writer{}", number);
  return Connection::connect(options);
}

}  // namespace

// Records are shared by all writers; every kind of change that commits something of its own takes part.
std::string CrashWriter::next_operation() {
  const auto record = random_() % 20;
  switch (random_() % 5) {
    case 0:
      return fmt::format(
          R"([{{"op":"create","entityType":"Order","data":{{"by":{}}},"number":{{"orderNumber":"order"}}}}])",
          number_);
    case 1:
      return fmt::format(
          R"([{{"op":"create","entityType":"Order","data":{{"by":{}}},"number":{{"orderNumber":"order"}}}},{{"op":"update","entityType":"Stock","entityId":"s{}","increment":{{"sold":1}}}}])",
          number_, record);
    case 2:
      return fmt::format(
          R"([{{"op":"update","entityType":"Stock","entityId":"s{}","append":{{"log":["{}"]}}}}])", record,
          next_);
    default:
      return fmt::format(
          R"([{{"op":"update","entityType":"Stock","entityId":"s{}","increment":{{"sold":1}}}}])", record);
  }
}

bool CrashWriter::send(Connection& connection, const std::string& mutation, const std::string& operations) {
  sent_[mutation] = operations;
  const auto id = connection.send(
      json::object{{"type", "mutate"}, {"mutationId", mutation}, {"ops", json::parse(operations)}});
  if (!id) return false;
  under_way_[*id] = mutation;
  return true;
}

bool CrashWriter::take_answer(Connection& connection) {
  const auto [id, mutation] = *under_way_.begin();
  auto answer = connection.answer(id, std::chrono::seconds(15));
  if (!answer) return false;
  under_way_.erase(id);
  json::object body = *answer;
  body.erase("id");
  const json::value* type = body.if_contains("type");
  if (type != nullptr && *type == "committed") {
    const std::string text = json::serialize(body);
    const auto [known, fresh] = acknowledged_.emplace(mutation, text);
    if (!fresh && known->second != text) {
      problems_.push_back("mutation " + mutation + " was answered twice and differently: " + known->second +
                          " then " + text);
    }
    unknown_.erase(mutation);
  } else if (type != nullptr && *type == "rejected") {
    // The append may have grown a record to its limit; a refusal changes nothing.
    if (acknowledged_.contains(mutation))
      problems_.push_back("an acknowledged mutation was refused when repeated: " + json::serialize(body));
    unknown_.erase(mutation);
  } else {
    problems_.push_back("unexpected answer: " + json::serialize(body));
    unknown_.erase(mutation);
  }
  return true;
}

void CrashWriter::run(const std::string& url, const std::atomic<bool>& stop) {
  under_way_.clear();
  auto connection = connect(url, number_);
  if (!connection) return;
  for (const auto& [mutation, operations] : std::map(unknown_)) {
    if (!send(*connection, mutation, operations)) return;
  }
  while (!stop.load()) {
    while (under_way_.size() < 8) {
      const std::string mutation = fmt::format("w{}-{}", number_, next_++);
      const std::string operations = next_operation();
      unknown_[mutation] = operations;
      if (!send(*connection, mutation, operations)) return;
    }
    if (!take_answer(*connection)) return;
  }
}

std::vector<std::string> CrashWriter::repeat_all(const std::string& url) {
  under_way_.clear();
  auto connection = connect(url, number_);
  if (!connection) {
    problems_.push_back("cannot connect at the end: " + connection.error().message);
    return problems_;
  }
  for (const auto& [mutation, operations] : std::map(unknown_)) {
    if (!send(*connection, mutation, operations) || !take_answer(*connection))
      problems_.push_back("no answer for " + mutation);
  }
  for (const auto& [mutation, answer] : std::map(acknowledged_)) {
    if (!send(*connection, mutation, sent_.at(mutation)) || !take_answer(*connection))
      problems_.push_back("no answer for " + mutation);
  }
  connection->close();
  return problems_;
}

}  // namespace coterie::test
