#include "server/cli/transfer/import_run.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <unordered_set>

#include "protocol/change.hpp"
#include "server/cli/transfer/progress.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

std::size_t count_members(const json::value& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) count += 1 + count_members(member.value());
  } else if (const auto* array = value.if_array()) {
    for (const json::value& item : *array) count += 1 + count_members(item);
  }
  return count;
}

struct Planned {
  enum class Kind { create, update, same, skip, refuse } kind{};
  json::object operation;  // of create and update
  std::string refusal;
};

// What becomes of a record, given what stands under its id.
Planned plan(const ShapedRecord& record, const StandingRecord* standing, const std::string& type,
             OnExisting rule) {
  json::object operation{{"op", "create"}, {"entityType", type}, {"entityId", record.id}};
  if (!standing) {
    operation["data"] = record.data;
    return {Planned::Kind::create, std::move(operation), {}};
  }
  if (standing->data == record.data) return {Planned::Kind::same, {}, {}};
  if (rule == OnExisting::skip) return {Planned::Kind::skip, {}, {}};
  if (rule == OnExisting::refuse) {
    return {
        Planned::Kind::refuse,
        {},
        type + "/" + record.id + " is there already with other content; see --on-existing skip or update"};
  }
  // The row's fields over those that stand there; what the row does not name stays.
  json::object wanted = standing->data;
  for (const auto& member : record.data) wanted[member.key()] = member.value();
  const Change change = difference(standing->data, wanted);
  if (change.empty()) return {Planned::Kind::same, {}, {}};
  json::object set;
  for (const FieldValue& field : change.set) set[field.path.text()] = field.value;
  json::array unset;
  for (const FieldPath& path : change.unset) unset.emplace_back(path.text());
  operation["op"] = "update";
  operation["baseVersion"] = standing->version;
  if (!set.empty()) operation["set"] = std::move(set);
  if (!unset.empty()) operation["unset"] = std::move(unset);
  return {Planned::Kind::update, std::move(operation), {}};
}

struct FileState {
  off_t size = 0;
  timespec changed{};
  static FileState of(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return {};
    return {status.st_size, status.st_mtim};
  }
  bool operator==(const FileState& other) const {
    return size == other.size && changed.tv_sec == other.changed.tv_sec &&
           changed.tv_nsec == other.changed.tv_nsec;
  }
};

struct HashOfHash {
  std::size_t operator()(const ContentHash& hash) const { return hash.low; }
};

// One pass: rows in chunks, each chunk looked up, planned, and written where this is the pass that writes.
class Pass {
 public:
  Pass(const ImportOptions& options, ImportTarget& target, bool writes)
      : options_(options), target_(target), shape_(options.shape), writes_(writes) {}

  TransferResult<ImportReport> run();

 private:
  static constexpr std::size_t kChunkRows = 500;
  void take(SourceRow row);
  void refuse(std::uint64_t line, std::string reason);
  TransferResult<void> plan_chunk();
  TransferResult<void> add(json::object operation);
  TransferResult<void> write_batch();

  const ImportOptions& options_;
  ImportTarget& target_;
  RecordShape shape_;
  bool writes_;
  ImportReport report_;
  std::vector<ShapedRecord> chunk_;
  json::array batch_;
  std::size_t batch_bytes_ = 0;
  std::size_t batch_members_ = 0;
  std::unordered_set<ContentHash, HashOfHash>
      ids_;  // seen in this file: 16 bytes each, so that a big one fits
};

void Pass::refuse(std::uint64_t line, std::string reason) {
  ++report_.refused;
  if (report_.refusals.size() < ImportReport::kMostRefusals)
    report_.refusals.push_back({line, std::move(reason)});
}

void Pass::take(SourceRow row) {
  ++report_.rows;
  const std::uint64_t line = row.line;
  auto record = shape_.shape(std::move(row));
  if (!record) return refuse(line, record.error().message);
  if (!ids_.insert(hash_content(json::value(record->id))).second) {
    return refuse(line, "the id " + record->id + " stands in the file before already");
  }
  chunk_.push_back(std::move(*record));
}

TransferResult<void> Pass::plan_chunk() {
  std::vector<std::string> ids;
  for (const ShapedRecord& record : chunk_) ids.push_back(record.id);
  const auto standing = target_.standing(options_.shape.type, ids);
  if (!standing) return standing.error();
  for (const ShapedRecord& record : chunk_) {
    const auto found = standing->find(record.id);
    Planned planned = plan(record, found == standing->end() ? nullptr : &found->second, options_.shape.type,
                           options_.on_existing);
    switch (planned.kind) {
      case Planned::Kind::same:
        ++report_.same;
        break;
      case Planned::Kind::skip:
        ++report_.skipped;
        break;
      case Planned::Kind::refuse:
        // The first pass let it through: somebody was here between the two.
        if (writes_ && !options_.skip_refused) return transfer_error(planned.refusal + ".");
        refuse(record.line, std::move(planned.refusal));
        break;
      case Planned::Kind::create:
      case Planned::Kind::update: {
        ++(planned.kind == Planned::Kind::create ? report_.created : report_.updated);
        if (!writes_) break;
        const auto added = add(std::move(planned.operation));
        if (!added) return added.error();
        break;
      }
    }
  }
  chunk_.clear();
  return {};
}

TransferResult<void> Pass::add(json::object operation) {
  const BatchLimits limits = target_.limits();
  const std::size_t bytes = to_json_text(operation).size() + 1;
  const std::size_t members = count_members(operation);
  const bool full = batch_.size() >= std::min(limits.operations, options_.batch_operations) ||
                    batch_bytes_ + bytes > limits.bytes || batch_members_ + members > limits.members;
  if (full && !batch_.empty()) {
    const auto written = write_batch();
    if (!written) return written.error();
  }
  batch_.push_back(std::move(operation));
  batch_bytes_ += bytes;
  batch_members_ += members;
  return {};
}

TransferResult<void> Pass::write_batch() {
  const auto written = target_.write(batch_);
  if (!written) return written.error();
  batch_.clear();
  batch_bytes_ = 0;
  batch_members_ = 0;
  return {};
}

TransferResult<ImportReport> Pass::run() {
  auto rows = open_rows(options_.path, options_.rows);
  if (!rows) return transfer_error(rows.error());
  Progress progress(stderr, writes_ ? "writing " : "checking", (*rows)->file().total_bytes(), options_.quiet);
  for (;;) {
    auto row = (*rows)->next();
    if (!row) return transfer_error(row.error());
    if (*row) take(std::move(**row));
    if (!*row || chunk_.size() >= kChunkRows) {
      const auto planned = plan_chunk();
      if (!planned) return planned.error();
    }
    progress.update((*rows)->file().read_bytes(), report_.rows);
    if (!*row) break;
  }
  if (writes_) {
    if (!batch_.empty()) {
      const auto written = write_batch();
      if (!written) return written.error();
    }
    const auto finished = target_.finish();
    if (!finished) return finished.error();
    report_.written = true;
  }
  progress.finish();
  return std::move(report_);
}

}  // namespace

TransferResult<ImportReport> run_import(const ImportOptions& options, ImportTarget& target) {
  const FileState before = FileState::of(options.path);
  auto checked = Pass(options, target, false).run();
  if (!checked) return checked.error();
  if (options.dry_run || (checked->refused > 0 && !options.skip_refused)) return checked;
  if (!(FileState::of(options.path) == before)) {
    return transfer_error("the file was changed while it was read; nothing was written.");
  }
  auto written = Pass(options, target, true).run();
  if (!written) {
    TransferError error = written.error();
    error.message += " What is written stays; the same command once more goes on from there.";
    return error;
  }
  return written;
}

}  // namespace coterie
