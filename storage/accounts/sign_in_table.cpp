#include "storage/accounts/sign_in_table.hpp"

#include "storage/sqlite/query.hpp"
#include "storage/sqlite/rows.hpp"

namespace coterie {
namespace {

constexpr const char* kSelectSignIns =
    "SELECT id,user,address,agent,since,last_seen,expires_at,ended FROM sign_in ";

SignIn read_sign_in(const Query& row, int first = 0) {
  SignIn sign_in;
  sign_in.id = row.text(first);
  sign_in.user = UserId{std::string(row.text(first + 1))};
  sign_in.from = {std::string(row.text(first + 2)), std::string(row.text(first + 3))};
  sign_in.since = time_of(row.integer(first + 4));
  sign_in.last_seen = time_of(row.integer(first + 5));
  sign_in.expires_at = time_of(row.integer(first + 6));
  sign_in.ended = row.text(first + 7);
  return sign_in;
}

Result<std::vector<SignIn>> read_all(Query& rows) {
  std::vector<SignIn> all;
  while (rows.next()) all.push_back(read_sign_in(rows));
  if (Result<void> done = rows.end(); !done) return done.error();
  return all;
}

}  // namespace

Result<std::vector<SignIn>> SignInTable::living(Timestamp now) {
  Query rows(database_, std::string(kSelectSignIns) + "WHERE ended='' AND expires_at>?");
  rows.bind(ms_of(now));
  return read_all(rows);
}

Result<std::optional<SignIn>> SignInTable::find(const std::string& id) {
  Query row(database_, std::string(kSelectSignIns) + "WHERE id=?");
  row.bind(id);
  if (row.next()) return read_sign_in(row);
  if (Result<void> done = row.end(); !done) return done.error();
  return std::nullopt;
}

Result<std::vector<SignIn>> SignInTable::living_of(const UserId& user, Timestamp now) {
  Query rows(database_,
             std::string(kSelectSignIns) + "WHERE user=? AND ended='' AND expires_at>? ORDER BY since, id");
  rows.bind(user.value(), ms_of(now));
  return read_all(rows);
}

Result<std::optional<RefreshToken>> SignInTable::find_token(const std::string& hash) {
  Query row(database_,
            "SELECT t.used_at,s.id,s.user,s.address,s.agent,s.since,s.last_seen,s.expires_at,s.ended "
            "FROM refresh_token t JOIN sign_in s ON s.id=t.sign_in WHERE t.hash=?");
  row.bind(hash);
  if (row.next()) {
    RefreshToken token{read_sign_in(row, 1), std::nullopt};
    if (!row.is_null(0)) token.used_at = time_of(row.integer(0));
    return token;
  }
  if (Result<void> done = row.end(); !done) return done.error();
  return std::nullopt;
}

Result<void> SignInTable::add(const SignIn& sign_in, const std::string& token_hash) {
  Query row(database_, "INSERT INTO sign_in VALUES(?,?,?,?,?,?,?,'')");
  row.bind(sign_in.id, sign_in.user.value(), sign_in.from.address, sign_in.from.user_agent,
           ms_of(sign_in.since), ms_of(sign_in.last_seen), ms_of(sign_in.expires_at));
  if (Result<void> done = row.run(); !done) return done;
  Query token(database_, "INSERT INTO refresh_token VALUES(?,?,NULL)");
  token.bind(token_hash, sign_in.id);
  return token.run();
}

Result<void> SignInTable::exchange(const std::string& hash, const std::string& successor,
                                   const SignIn& sign_in, Timestamp now) {
  Query used(database_, "UPDATE refresh_token SET used_at=? WHERE hash=?");
  used.bind(ms_of(now), hash);
  if (Result<void> done = used.run(); !done) return done;
  Query token(database_, "INSERT INTO refresh_token VALUES(?,?,NULL)");
  token.bind(successor, sign_in.id);
  if (Result<void> done = token.run(); !done) return done;
  Query row(database_, "UPDATE sign_in SET last_seen=?, expires_at=?, address=?, agent=? WHERE id=?");
  row.bind(ms_of(sign_in.last_seen), ms_of(sign_in.expires_at), sign_in.from.address, sign_in.from.user_agent,
           sign_in.id);
  return row.run();
}

Result<void> SignInTable::seen(const std::string& id, Timestamp at) {
  Query row(database_, "UPDATE sign_in SET last_seen=max(last_seen,?) WHERE id=?");
  row.bind(ms_of(at), id);
  return row.run();
}

Result<void> SignInTable::end(const std::string& id, const std::string& why) {
  Query row(database_, "UPDATE sign_in SET ended=? WHERE id=? AND ended=''");
  row.bind(why, id);
  return row.run();
}

Result<std::size_t> SignInTable::purge(Timestamp before) {
  Query tokens(database_,
               "DELETE FROM refresh_token WHERE sign_in IN (SELECT id FROM sign_in WHERE "
               "(ended<>'' AND last_seen<?1) OR expires_at<?1)");
  tokens.bind(ms_of(before));
  if (Result<void> done = tokens.run(); !done) return done.error();
  Query rows(database_, "DELETE FROM sign_in WHERE (ended<>'' AND last_seen<?1) OR expires_at<?1");
  rows.bind(ms_of(before));
  if (Result<void> done = rows.run(); !done) return done.error();
  return static_cast<std::size_t>(database_.changes());
}

}  // namespace coterie
