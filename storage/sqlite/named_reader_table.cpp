#include "storage/sqlite/named_reader_table.hpp"

#include "storage/sqlite/query.hpp"
#include "storage/sqlite/rows.hpp"

namespace coterie {
namespace {

NamedReader read(const Query& row) {
  return {ReaderName{std::string(row.text(0))}, Position{Epoch{std::string(row.text(1))}, Seq{row.number(2)}},
          time_of(row.integer(3)), time_of(row.integer(4))};
}

}  // namespace

Result<std::vector<NamedReader>> NamedReaderTable::all() {
  std::vector<NamedReader> readers;
  Query rows(database_, "SELECT name,epoch,seq,created_at,seen_at FROM reader ORDER BY name");
  while (rows.next()) readers.push_back(read(rows));
  if (Result<void> done = rows.end(); !done) return done.error();
  return readers;
}

Result<std::optional<NamedReader>> NamedReaderTable::find(const ReaderName& name) {
  Query row(database_, "SELECT name,epoch,seq,created_at,seen_at FROM reader WHERE name=?");
  row.bind(name.value());
  if (row.next()) return read(row);
  if (Result<void> done = row.end(); !done) return done.error();
  return std::nullopt;
}

}  // namespace coterie
