#include "storage/sqlite/history_reads.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "storage/commit_page.hpp"
#include "storage/sqlite/query.hpp"
#include "storage/sqlite/rows.hpp"
#include "storage/sqlite/sql.hpp"

namespace coterie {
namespace {

constexpr std::size_t kMostScanned = 20'000;  // rows for one page, so that no transaction is long
constexpr std::size_t kMostBlocks = 4'000;    // looked at for one page
constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();

Seq before(Seq seq) { return Seq{seq.value() - 1}; }
Seq behind(Seq seq) { return Seq{seq.value() + 1}; }  // of seqs that first_key() will clamp

std::string select_events(std::string_view rest) {
  return "SELECT " + std::string(kEventColumns) + " FROM event " + std::string(rest);
}

}  // namespace

// One page in the making: takes rows in the order of the query until the page is full or enough was looked
// at.
class HistoryScan {
 public:
  explicit HistoryScan(const HistoryQuery& query)
      : query_(query), onwards_(query.after.has_value()), page_(query.limit, query.most_bytes) {}

  bool onwards() const { return onwards_; }

  // The next row. False: the page has ended before this row's commit.
  bool take(const Query& row) {
    const Seq seq = seq_of_key(row.integer(0));
    if (scanned_ >= kMostScanned && seq != last_) return end_before(seq);
    ++scanned_;
    last_ = seq;
    if (!passes(row) || page_.add(read_event(row))) return true;
    return end_before(seq);
  }

  // False: too many blocks were looked at; the page ends before this place.
  bool take_block(std::int64_t edge) {
    if (++blocks_ <= kMostBlocks) return true;
    page_.drop(seq_of_key(edge));  // a block may end within a commit
    return end_before(seq_of_key(edge));
  }

  bool skips(Timestamp at_least, Timestamp at_most) const {
    return (query_.since && at_most < *query_.since) || (query_.until && at_least > *query_.until);
  }

  HistoryPage finish() { return {page_.take(), next_}; }

 private:
  // Whole commits up to here are done with: the next page begins with this one.
  bool end_before(Seq seq) {
    next_ = onwards_ ? before(seq) : behind(seq);
    return false;
  }
  bool passes(const Query& row) const {
    if (query_.type && row.text(1) != query_.type->value()) return false;
    if (query_.user && row.text(6) != query_.user->value()) return false;
    const Timestamp at = time_of(row.integer(5));
    return (!query_.since || at >= *query_.since) && (!query_.until || at <= *query_.until);
  }

  const HistoryQuery& query_;
  bool onwards_;  // oldest first
  CommitPage page_;
  std::size_t scanned_ = 0;
  std::size_t blocks_ = 0;
  Seq last_;
  std::optional<Seq> next_;
};

HistoryReads::Range HistoryReads::range_of(const HistoryQuery& query) {
  return {first_key(query.after ? behind(*query.after) : Seq{}),
          query.before ? first_key(*query.before) : kNoEnd};
}

Result<HistoryPage> HistoryReads::page(const HistoryQuery& query) {
  HistoryScan scan(query);
  const Result<void> done = query.type && query.id                     ? of_entity(query, scan)
                            : query.type || query.since || query.until ? of_blocks(query, scan)
                                                                       : of_all(query, scan);
  if (!done) return done.error();
  return scan.finish();
}

// Its versions between the two seqs, which the index finds at once.
Result<void> HistoryReads::of_entity(const HistoryQuery& query, HistoryScan& scan) {
  const Result<std::optional<EntityRow>> entity = log_.find_entity({*query.type, *query.id});
  if (!entity) return entity.error();
  if (!*entity || query.before == Seq{}) return {};
  Sql sql{select_events("WHERE eid=?"), {(*entity)->eid}};
  if (query.after) {
    const Result<Version> first = log_.first_version_after(**entity, *query.after);
    if (!first) return first.error();
    sql.add(" AND version>=?").bind(static_cast<std::int64_t>(first->value()));
  }
  if (query.before) {
    const Result<Version> end = log_.first_version_after(**entity, before(*query.before));
    if (!end) return end.error();
    sql.add(" AND version<?").bind(static_cast<std::int64_t>(end->value()));
  }
  sql.add(scan.onwards() ? " ORDER BY version" : " ORDER BY version DESC");
  Query rows(database_, sql.text);
  bind_values(rows, sql);
  while (rows.next()) {
    if (!scan.take(rows)) return {};
  }
  return rows.end();
}

Result<void> HistoryReads::of_all(const HistoryQuery& query, HistoryScan& scan) {
  const Result<bool> done = scan_range(range_of(query), scan);
  if (!done) return done.error();
  return {};
}

Result<bool> HistoryReads::scan_range(const Range& range, HistoryScan& scan) {
  static const std::string kOnwards = select_events("WHERE n>=? AND n<? ORDER BY n");
  static const std::string kBack = select_events("WHERE n>=? AND n<? ORDER BY n DESC");
  Query rows(database_, scan.onwards() ? kOnwards : kBack);
  rows.bind(range.first, range.end);
  while (rows.next()) {
    if (!scan.take(rows)) return false;
  }
  if (Result<void> done = rows.end(); !done) return done.error();
  return true;
}

Result<void> HistoryReads::of_blocks(const HistoryQuery& query, HistoryScan& scan) {
  const Range wanted = range_of(query);
  const Result<std::optional<Block>> lowest = block_at(wanted.first);
  if (!lowest) return lowest.error();
  Sql sql;
  if (query.type) {
    sql.add(
        "SELECT b.first,b.at_least,b.at_most FROM type_block t CROSS JOIN block b ON b.first=t.first "
        "WHERE t.type=? AND t.first>=? AND t.first<? ORDER BY t.first");
    sql.bind(query.type->value());
  } else {
    sql.add("SELECT first,at_least,at_most FROM block WHERE first>=? AND first<? ORDER BY first");
  }
  sql.bind(*lowest ? (*lowest)->first : std::int64_t{0}).bind(wanted.end);
  if (!scan.onwards()) sql.add(" DESC");
  Query blocks(database_, sql.text);
  bind_values(blocks, sql);
  while (blocks.next()) {
    const std::int64_t first = blocks.integer(0);
    const Result<std::int64_t> end = end_of_block(first);
    if (!end) return end.error();
    if (!scan.take_block(scan.onwards() ? first : std::min(*end, wanted.end))) return {};
    const bool closed = !blocks.is_null(1);
    if (closed && scan.skips(time_of(blocks.integer(1)), time_of(blocks.integer(2)))) continue;
    const Result<bool> more = scan_range({std::max(first, wanted.first), std::min(*end, wanted.end)}, scan);
    if (!more) return more.error();
    if (!*more) return {};
  }
  return blocks.end();
}

Result<std::int64_t> HistoryReads::end_of_block(std::int64_t first) {
  Query next(database_, "SELECT first FROM block WHERE first>? ORDER BY first LIMIT 1");
  next.bind(first);
  if (next.next()) return next.integer(0);
  if (Result<void> done = next.end(); !done) return done.error();
  return kNoEnd;
}

Result<std::optional<HistoryReads::Block>> HistoryReads::block_at(std::int64_t key) {
  Query block(database_, "SELECT first,events FROM block WHERE first<=? ORDER BY first DESC LIMIT 1");
  block.bind(key);
  if (block.next()) return Block{block.integer(0), block.number(1)};
  if (Result<void> done = block.end(); !done) return done.error();
  return std::nullopt;
}

Result<std::uint64_t> HistoryReads::count(const Range& range) {
  Query rows(database_, "SELECT count(*) FROM event WHERE n>=? AND n<?");
  rows.bind(range.first, range.end);
  if (rows.next()) return rows.number(0);
  return rows.end().error();
}

// By the numbers of the blocks, so that no more than two of them are counted.
Result<LogRest> HistoryReads::rest_of_log(Seq after) {
  LogRest rest;
  const std::int64_t first = first_key(behind(after));
  Query oldest(database_, "SELECT at FROM event WHERE n>=? ORDER BY n LIMIT 1");
  oldest.bind(first);
  if (!oldest.next()) {
    if (Result<void> done = oldest.end(); !done) return done.error();
    return rest;
  }
  rest.oldest = time_of(oldest.integer(0));
  const Result<std::optional<Block>> here = block_at(first);
  if (!here) return here.error();
  const Result<std::optional<Block>> last = block_at(kNoEnd);
  if (!last) return last.error();
  const Block from = here->value_or(Block{});
  const Block newest = last->value_or(Block{});
  if (from.first == newest.first) {
    const Result<std::uint64_t> left = count({first, kNoEnd});
    if (!left) return left.error();
    rest.events = *left;
    return rest;
  }
  const Result<std::uint64_t> before_it = count({from.first, first});
  if (!before_it) return before_it.error();
  const Result<std::uint64_t> in_newest = count({newest.first, kNoEnd});
  if (!in_newest) return in_newest.error();
  const std::uint64_t total = newest.events + *in_newest;
  rest.events = std::max<std::uint64_t>(total - std::min(total, from.events + *before_it), 1);
  return rest;
}

}  // namespace coterie
