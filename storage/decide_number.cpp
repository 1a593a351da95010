// Numbers of sequences: drawn into empty fields, a record's own for life, and read-only whatever an operation
// does.
#include <utility>

#include "protocol/change.hpp"
#include "storage/decide_operation.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

bool is_empty(const json::value* value) {
  if (value == nullptr || value->is_null()) return true;
  const auto* text = value->if_string();
  return text != nullptr && text->empty();
}

Refusal blocked(const OperationScope& scope, const std::string& field) {
  return reject(scope, RejectedCode::invalid,
                "The path of the number leads through a value that is not an object.", field);
}

}  // namespace

std::optional<Refusal> fill_numbers(const OperationScope& scope, Head& head, OperationResult& result) {
  for (const FieldNumber& wanted : scope.op.number) {
    const std::string& field = wanted.path.text();
    const json::value* const now = find(head.data, wanted.path);
    const json::value* const own = head.numbers.if_contains(field);
    const bool again = scope.op.kind == OperationKind::create && own != nullptr;
    if (again && now != nullptr && *own == *now) {
      // A record that was deleted and is created again keeps its number, so that none is given up.
      result.numbers.emplace_back(wanted.path, own->get_string().c_str());
      continue;
    }
    if (!is_empty(now)) {
      return reject(scope, RejectedCode::invalid,
                    "A number goes into an empty field only; this one has a value.", field);
    }
    const NumberFormats none;
    const NumberFormats& formats = scope.context.numbers != nullptr ? *scope.context.numbers : none;
    const Result<std::uint64_t> number =
        scope.draft.next_number(formats.counter(wanted.sequence, scope.context.now));
    if (!number) return failed(number.error());
    std::string text = formats.text(wanted.sequence, scope.context.now, *number);
    if (!set_field(head.data, wanted.path, json::value(text))) return blocked(scope, field);
    head.numbers.insert_or_assign(field, text);
    result.numbers.emplace_back(wanted.path, std::move(text));
  }
  return std::nullopt;
}

std::optional<Refusal> put_back_numbers(const OperationScope& scope, Head& head) {
  for (const auto& number : head.numbers) {
    const Result<FieldPath> path = FieldPath::parse(number.key());
    if (!path) return failed(path.error());
    if (!is_empty(find(head.data, *path))) continue;
    if (!set_field(head.data, *path, number.value())) return blocked(scope, path->text());
  }
  return std::nullopt;
}

std::optional<Refusal> check_numbers(const OperationScope& scope, const Head& head) {
  for (const auto& number : head.numbers) {
    const Result<FieldPath> path = FieldPath::parse(number.key());
    if (!path) return failed(path.error());
    const json::value* const now = find(head.data, *path);
    if (now != nullptr && *now == number.value()) continue;
    return reject(scope, RejectedCode::invalid, "This field holds the record's number; it is read-only.",
                  path->text());
  }
  return std::nullopt;
}

}  // namespace coterie
