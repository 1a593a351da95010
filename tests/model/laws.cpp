#include "tests/model/laws.hpp"

#include <boost/json/parse.hpp>
#include <variant>

#include "tests/model/breach.hpp"

namespace coterie::model {
namespace {

namespace json = boost::json;

std::string name_of(const EntityKey& key) { return key.type.value() + "/" + key.id.value(); }

}  // namespace

void Laws::decided(const Mutation& mutation, const Author& author, const MutationOutcome& outcome,
                   const std::vector<DataSyncEvent>& events) {
  const std::pair once{author.user, mutation.id};
  const auto* committed = std::get_if<CommittedAnswer>(&outcome);
  require(committed != nullptr || events.empty(),
          "law 5: what was not committed left events: " + mutation.id.value());
  if (const auto* repeated = std::get_if<Repeated>(&outcome)) {
    const auto first = committed_.find(once);
    require(first != committed_.end(), "law 4: a repeat of what was never committed: " + mutation.id.value());
    require(first->second == repeated->body, "law 4: a repeat with another answer: " + mutation.id.value());
  }
  if (committed == nullptr) return;
  require(committed_.emplace(once, committed->body).second, "law 4: committed twice: " + mutation.id.value());
  check_bases(mutation, committed->body);
  for (std::size_t i = 0; i < events.size(); ++i) check_event(events[i], i);
  if (!events.empty()) last_ = events.back().seq;
}

void Laws::check_event(const DataSyncEvent& event, std::size_t index) {
  const std::string name = name_of(event.key) + " at seq " + std::to_string(event.seq.value());
  require(event.seq.value() == last_.value() + 1 && event.index == index,
          "law 1: a hole in the commits: " + name);
  Record& record = records_[event.key];
  require(event.version.value() == record.version.value() + 1, "law 1: a hole in the versions: " + name);
  require((event.operation == EventOperation::create) != record.live, "an event that does not fit: " + name);
  record = {event.version, event.operation != EventOperation::remove};
  if (event.operation == EventOperation::remove) return;
  if (event.key.type.value() == "Stock") check_stock(event);
  if (event.key.type.value() == "Order") check_number(event);
}

void Laws::check_stock(const DataSyncEvent& event) {
  const json::value changed = json::parse(event.set);
  const json::value* available = changed.as_object().if_contains("available");
  if (available == nullptr) return;
  require(available->is_int64() && available->as_int64() >= 0, "a stock below zero: " + name_of(event.key));
}

// ORDER-2026-000001, ORDER-2026-000002 ...
void Laws::check_number(const DataSyncEvent& event) {
  const json::value changed = json::parse(event.set);
  const json::value* number = changed.as_object().if_contains("orderNumber");
  if (number == nullptr || !number->is_string()) return;
  const std::string text(number->as_string());
  if (!numbers_of_.emplace(event.key.id, text).second) return;  // its own, kept past a delete
  const std::size_t digits = text.rfind('-') + 1;
  const std::uint64_t value = std::stoull(text.substr(digits));
  std::uint64_t& last = numbers_[text.substr(0, digits)];
  require(value == last + 1, "a number out of its row: " + text + " after " + std::to_string(last));
  last = value;
}

// What rests on the record as it was may commit only on that version.
void Laws::check_bases(const Mutation& mutation, const std::string& body) {
  const json::value answer = json::parse(body);
  const json::array& results = answer.at("results").as_array();
  require(results.size() == mutation.operations.size(), "an answer without a result for each operation");
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Operation& op = mutation.operations[i];
    const Strategy strategy = op.strategy.value_or(mutation.strategy.value_or(Strategy::reject));
    if (!op.base_version || strategy != Strategy::reject) continue;
    const std::uint64_t version = results[i].at("version").to_number<std::uint64_t>();
    const std::uint64_t base = op.base_version->value();
    require(version == base || version == base + 1,
            "law 5: a stale edit was committed: " + mutation.id.value());
  }
}

}  // namespace coterie::model
