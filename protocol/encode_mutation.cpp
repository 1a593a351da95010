// The three answers to a mutation. `committed` is kept as text without an id, for repeats (Law 4).

#include "protocol/encode.hpp"
#include "protocol/encode_parts.hpp"
#include "protocol/time_text.hpp"

namespace coterie {
namespace {

void append_path(std::string& out, const FieldPath& path) { write_json(out, std::string_view(path.text())); }

void append_result(std::string& out, const OperationResult& result) {
  ObjectWriter writer(out);
  append_key(writer, result.key);
  writer.integer("version", result.version.value());
  if (!result.numbers.empty()) {
    out += R"(,"numbers":{)";
    for (std::size_t i = 0; i < result.numbers.size(); ++i) {
      if (i > 0) out += ',';
      append_path(out, result.numbers[i].first);
      out += ':';
      write_json(out, std::string_view(result.numbers[i].second));
    }
    out += '}';
  }
  if (!result.merged.empty()) {
    writer.list("merged", result.merged, [&](const FieldPath& path) { append_path(out, path); });
  }
  if (result.entity) append_entity(writer.member("entity"), *result.entity);
  writer.close();
}

void append_document(ObjectWriter& writer, std::string_view name,
                     const std::optional<boost::json::object>& document) {
  if (document) {
    write_json(writer.member(name), *document);
  } else {
    writer.null(name);
  }
}

void append_author(std::string& out, const VersionAuthor& author) {
  ObjectWriter writer(out);
  writer.integer("version", author.version.value());
  writer.text("userId", author.user_id.value());
  writer.plain("timestamp", to_text(author.timestamp));
  writer.close();
}

}  // namespace

std::string encode_body(const Committed& message) {
  std::string out;
  out.reserve(128 + 96 * message.results.size());
  ObjectWriter writer(out);
  writer.plain("type", "committed");
  writer.text("mutationId", message.mutation_id.value());
  if (message.conflict_id) writer.integer("conflictId", message.conflict_id->value());
  writer.integer("seq", message.seq.value());
  writer.list("results", message.results, [&](const OperationResult& result) { append_result(out, result); });
  writer.close();
  return out;
}

std::string with_id(RequestId id, std::string_view body) {
  std::string out;
  out.reserve(body.size() + 28);
  out += R"({"id":)";
  append_integer(out, id.value());
  out += ',';
  out += body.substr(1);  // behind the brace; a body always has members
  return out;
}

void append_conflict_members(std::string& out, const Conflict& conflict) {
  ObjectWriter writer(out, true);
  writer.text("mutationId", conflict.mutation_id.value());
  if (conflict.conflict_id) writer.integer("conflictId", conflict.conflict_id->value());
  if (!conflict.not_stored.empty()) writer.plain("notStored", conflict.not_stored);
  writer.integer("opIndex", conflict.op_index);
  append_key(writer, conflict.key);
  writer.text("message", conflict.message);
  writer.integer("baseVersion", conflict.base_version.value());
  writer.integer("currentVersion", conflict.current_version.value());
  append_document(writer, "base", conflict.base);
  if (conflict.base_unavailable) writer.boolean("baseUnavailable", true);
  append_document(writer, "current", conflict.current);
  append_document(writer, "yours", conflict.yours);
  writer.member("fields") += '{';
  for (std::size_t i = 0; i < conflict.fields.size(); ++i) {
    if (i > 0) out += ',';
    append_path(out, conflict.fields[i].first);
    out += ":\"";
    out += to_text(conflict.fields[i].second);
    out += '"';
  }
  out += '}';
  append_document(writer, "merged", conflict.merged);
  writer.list("changedBy", conflict.changed_by,
              [&](const VersionAuthor& author) { append_author(out, author); });
}

void append_rejected_members(std::string& out, const Rejected& rejected) {
  ObjectWriter writer(out, true);
  writer.text("mutationId", rejected.mutation_id.value());
  writer.integer("opIndex", rejected.op_index);
  writer.plain("code", to_text(rejected.code));
  writer.text("message", rejected.message);
  if (!rejected.field.empty()) writer.text("field", rejected.field);
  if (rejected.current) append_entity(writer.member("current"), *rejected.current);
  if (rejected.guard) write_json(writer.member("guard"), *rejected.guard);
  if (rejected.holder) append_holder(writer, *rejected.holder);
  writer.boolean("retry", rejected.retry);
}

std::string encode(RequestId id, const Conflict& message) {
  std::string out;
  begin_answer(out, id.value(), "conflict");
  out += ',';
  append_conflict_members(out, message);
  out += '}';
  return out;
}

std::string encode(RequestId id, const Rejected& message) {
  std::string out;
  begin_answer(out, id.value(), "rejected");
  out += ',';
  append_rejected_members(out, message);
  out += '}';
  return out;
}

}  // namespace coterie
