#include "storage/sqlite/epoch.hpp"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <charconv>
#include <cstring>
#include <string>

#include "storage/sqlite/query.hpp"
#include "storage/sqlite/transaction.hpp"

namespace coterie {
namespace {

std::string random_uuid() { return boost::uuids::to_string(boost::uuids::random_generator()()); }

std::string random_number() {
  const boost::uuids::uuid uuid = boost::uuids::random_generator()();
  std::uint64_t number = 0;
  std::memcpy(&number, uuid.data + 8, sizeof number);
  return std::to_string(number);
}

Result<void> add_missing(Database& database, std::string_view key, const std::string& value) {
  Query query(database, "INSERT INTO meta(key,value) VALUES(?,?) ON CONFLICT(key) DO NOTHING");
  query.bind(key, value);
  return query.run();
}

}  // namespace

Result<std::uint64_t> prepare_meta(Database& database) {
  Transaction transaction(database, Transaction::Kind::write);
  if (!transaction.begun()) return transaction.begun().error();
  if (Result<void> done = add_missing(database, "epoch", random_uuid()); !done) return done.error();
  if (Result<void> done = add_missing(database, "answer_seed", random_number()); !done) return done.error();
  if (Result<void> done = add_missing(database, "recoveries", "0"); !done) return done.error();
  std::uint64_t seed = 0;
  {
    Query query(database, "SELECT value FROM meta WHERE key='answer_seed'");
    if (!query.next()) return query.end().error();
    const std::string_view text = query.text(0);
    std::from_chars(text.data(), text.data() + text.size(), seed);
  }
  if (Result<void> done = transaction.commit(); !done) return done.error();
  return seed;
}

bool position_went_back(const Position& found, const std::optional<Position>& noted) {
  if (!noted) return found.seq > Seq{};
  return noted->epoch != found.epoch || noted->seq > found.seq;
}

Result<Epoch> begin_epoch(Database& database) {
  const std::string fresh = random_uuid();
  Query query(database, "UPDATE meta SET value=? WHERE key='epoch'");
  query.bind(fresh);
  if (Result<void> done = query.run(); !done) return done.error();
  return Epoch{fresh};
}

Result<void> note_recovery(Database& database) {
  Query query(database, "UPDATE meta SET value=value+1 WHERE key='recoveries'");
  return query.run();
}

}  // namespace coterie
