#include "server/cli/conflict_text.hpp"

#include <algorithm>

#include "protocol/field_path.hpp"
#include "server/cli/text_table.hpp"
#include "server/cli/value_text.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownAuthors = 3;

const json::value* at(const json::object* document, const std::string& path) {
  if (!document) return nullptr;
  const auto parsed = FieldPath::parse(path);
  return parsed ? find(*document, *parsed) : nullptr;
}

Colour colour_of(const std::string& verdict) {
  if (verdict == "clash") return Colour::red;
  if (verdict == "theirs") return Colour::yellow;
  return verdict == "yours" ? Colour::green : Colour::dim;
}

std::string meaning_of(const std::string& verdict) {
  if (verdict == "clash") return "both changed it";
  if (verdict == "theirs") return "they changed it";
  if (verdict == "yours") return "you changed it";
  if (verdict == "combined") return "both, joined into one";
  return verdict == "same" ? "both, to the same" : verdict;
}

std::string authors(const json::object& conflict) {
  const json::array* all = array_member(conflict, "changedBy");
  if (!all || all->empty()) return {};
  std::string out;
  const std::size_t first = all->size() > kShownAuthors ? all->size() - kShownAuthors : 0;
  if (first > 0) out += "  (" + std::to_string(first) + " changes before these)\n";
  for (std::size_t index = first; index < all->size(); ++index) {
    const json::object* author = (*all)[index].if_object();
    if (!author) continue;
    out += "  v" + std::to_string(number_member(*author, "version")) + " by " +
           printable(text_member(*author, "userId")) + " at " + printable(text_member(*author, "timestamp")) +
           "\n";
  }
  return out;
}

}  // namespace

bool can_merge(const json::object& conflict) {
  return object_member(conflict, "merged") != nullptr && object_member(conflict, "current") != nullptr;
}

std::string conflict_text(const json::object& conflict, const Style& style, std::size_t columns) {
  const std::string record = text_member(conflict, "entityType") + "/" + text_member(conflict, "entityId");
  const json::object* base = object_member(conflict, "base");
  const json::object* current = object_member(conflict, "current");
  const json::object* yours = object_member(conflict, "yours");
  std::string out = style.paint(Colour::red, "conflict") + " on " +
                    style.paint(Colour::cyan, printable(record)) + ": " +
                    printable(text_member(conflict, "message")) + "\n" + authors(conflict);
  const std::string base_head = "base v" + std::to_string(number_member(conflict, "baseVersion"));
  const std::string their_head = "theirs v" + std::to_string(number_member(conflict, "currentVersion"));
  if (!current) {
    out += "  It is deleted now. Nothing was changed; `--create` begins it anew.\n";
  } else if (!base) {
    out += "  What it was when you began is not known any more; compare theirs and yours.\n";
  }
  TextTable table({"field", base_head, their_head, "yours", ""});
  if (const json::object* fields = object_member(conflict, "fields")) {
    for (const auto& field : *fields) {
      const std::string path(field.key());
      const std::string verdict =
          field.value().is_string() ? std::string(field.value().get_string()) : std::string();
      table.add({{printable(path), Colour::bold},
                 {brief(at(base, path))},
                 {brief(at(current, path))},
                 {brief(at(yours, path))},
                 {printable(meaning_of(verdict)), colour_of(verdict)}});
    }
  }
  if (!table.empty()) out += "\n" + table.text(style, columns, 2) + "\n";
  return out;
}

}  // namespace coterie
