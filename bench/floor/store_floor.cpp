// The floor of durable edits: a bare SQLite loop that does what the store must do for each edit, with the
// same schema, the same statements and the same durability, and nothing else. No decoding, no deciding, no
// answering. Documents of DOCUMENT bytes, of which each edit changes CHANGE.
//   floor-store DIRECTORY EDITS GROUP [ENTITIES [DOCUMENT [CHANGE]]]
// Prints one JSON line: edits per second, CPU microseconds for each edit.
#include <sqlite3.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "storage/sqlite/schema.hpp"

namespace {

sqlite3* db = nullptr;

void must(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "floor-store: %s: %s\n", what, sqlite3_errmsg(db));
  std::exit(1);
}

void execute(const char* sql) { must(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql); }

sqlite3_stmt* prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  must(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) == SQLITE_OK, sql);
  return statement;
}

void bind(sqlite3_stmt* statement, int at, const std::string& text) {
  sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

void step(sqlite3_stmt* statement, int expected) {
  must(sqlite3_step(statement) == expected, "step");
  sqlite3_reset(statement);
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string numbered(const char* prefix, long n) { return prefix + std::to_string(n); }

long argument(int argc, char** argv, int at, long otherwise) {
  return argc > at ? std::atol(argv[at]) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: floor-store DIRECTORY EDITS GROUP [ENTITIES [DOCUMENT [CHANGE]]]\n");
    return 2;
  }
  const std::filesystem::path directory = argv[1];
  const long edits = std::atol(argv[2]);
  const long group = std::atol(argv[3]);
  const long entities = argument(argc, argv, 4, 1000);
  const auto document_bytes = static_cast<std::size_t>(argument(argc, argv, 5, 500));
  const auto change_bytes = static_cast<std::size_t>(argument(argc, argv, 6, 200));
  std::filesystem::create_directories(directory);
  const auto file = directory / "floor.db";
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end);
  must(sqlite3_open(file.c_str(), &db) == SQLITE_OK, "open");
  execute(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000; "
      "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY");
  for (const coterie::Migration& step : coterie::migrations()) execute(step.sql);

  const std::string document = R"({"text":")" + std::string(document_bytes, 'x') + R"("})";
  const std::string change = R"({"text":")" + std::string(change_bytes, 'y') + R"("})";
  execute("BEGIN");
  sqlite3_stmt* create = prepare("INSERT INTO entity VALUES(?,'Vehicle',?,0,0,0,'u',0,'u',NULL,?)");
  for (long i = 1; i <= entities; ++i) {
    const std::string id = numbered("v", i);
    sqlite3_bind_int64(create, 1, i);
    bind(create, 2, id);
    bind(create, 3, document);
    step(create, SQLITE_DONE);
  }
  execute("COMMIT");

  sqlite3_stmt* seen = prepare(
      "SELECT content_high,content_low,body,seq,at FROM answer WHERE slot=? AND mark=? AND user=? AND "
      "mutation=?");
  sqlite3_stmt* read = prepare("SELECT version, doc FROM entity WHERE eid=?");
  sqlite3_stmt* update = prepare(
      "UPDATE entity SET version=?2, updated_at=?3, updated_by=?4, doc=?5 WHERE eid=?1 AND version=?2-1");
  sqlite3_stmt* log =
      prepare("INSERT INTO event VALUES(?,?,'Vehicle',?,?,2,?,'ann','0193f0a1session1','c1',?,0,?,'[]',?)");
  sqlite3_stmt* keep = prepare(
      "INSERT INTO answer(slot,mark,user,mutation,content_high,content_low,body,seq,at) "
      "VALUES(?,?,'ann',?,1,2,?,?,?)");

  const double cpu_before = cpu_seconds();
  const auto before = std::chrono::steady_clock::now();
  for (long done = 0; done < edits;) {
    execute("BEGIN IMMEDIATE");
    for (long i = 0; i < group && done < edits; ++i, ++done) {
      const long eid = done % entities + 1;
      char mutation[40];
      std::snprintf(mutation, sizeof mutation, "0193f0a1-0000-7000-8000-%012lx", done);
      const std::string mutation_text = mutation;
      sqlite3_bind_int64(seen, 1, 0x0193f0a100007000);
      sqlite3_bind_int64(seen, 2, done);
      sqlite3_bind_text(seen, 3, "ann", 3, SQLITE_STATIC);
      bind(seen, 4, mutation_text);
      step(seen, SQLITE_DONE);
      sqlite3_bind_int64(read, 1, eid);
      must(sqlite3_step(read) == SQLITE_ROW, "read");
      const long version = static_cast<long>(sqlite3_column_int64(read, 0)) + 1;
      sqlite3_reset(read);
      sqlite3_bind_int64(update, 1, eid);
      sqlite3_bind_int64(update, 2, version);
      sqlite3_bind_int64(update, 3, done);
      sqlite3_bind_text(update, 4, "ann", 3, SQLITE_STATIC);
      bind(update, 5, document);
      step(update, SQLITE_DONE);
      const std::string id = numbered("v", eid);
      sqlite3_bind_int64(log, 1, (done + 1) << 10);
      sqlite3_bind_int64(log, 2, eid);
      bind(log, 3, id);
      sqlite3_bind_int64(log, 4, version);
      sqlite3_bind_int64(log, 5, done);
      bind(log, 6, mutation_text);
      bind(log, 7, change);
      bind(log, 8, change);
      step(log, SQLITE_DONE);
      const std::string body = "{\"type\":\"committed\",\"mutationId\":\"" + mutation_text +
                               "\",\"seq\":" + std::to_string(done + 1) +
                               ",\"results\":[{\"entityType\":\"Vehicle\",\"entityId\":\"" + id +
                               "\",\"version\":" + std::to_string(version) + "}]}";
      sqlite3_bind_int64(keep, 1, 0x0193f0a100007000);
      sqlite3_bind_int64(keep, 2, done);
      bind(keep, 3, mutation_text);
      bind(keep, 4, body);
      sqlite3_bind_int64(keep, 5, done + 1);
      sqlite3_bind_int64(keep, 6, done);
      step(keep, SQLITE_DONE);
    }
    execute("COMMIT");
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
  std::printf("{\"edits\":%ld,\"group\":%ld,\"editsPerSecond\":%.0f,\"cpuMicros\":%.2f}\n", edits, group,
              static_cast<double>(edits) / seconds,
              (cpu_seconds() - cpu_before) * 1e6 / static_cast<double>(edits));
  return 0;
}
