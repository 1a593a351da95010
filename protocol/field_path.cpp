#include "protocol/field_path.hpp"

#include <algorithm>

#include "protocol/names.hpp"
#include "protocol/wire_limits.hpp"

namespace coterie {

Result<FieldPath> FieldPath::parse(std::string_view text) {
  FieldPath path;
  path.text_ = text;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const std::string_view step = text.substr(begin, end - begin);
    if (!is_member_name(step))
      return Error{
          ErrorCode::bad_name,
          "A field path is made of member names with dots between them: none empty, no control character, "
          "none that begins with '$'."};
    if (path.steps_.size() == kMaxDepth)
      return Error{ErrorCode::too_large, "A field path has at most " + std::to_string(kMaxDepth) + " steps."};
    path.steps_.emplace_back(step);
    begin = end + 1;
  }
  return path;
}

FieldPath FieldPath::child(std::string_view name) const {
  FieldPath path;
  path.text_.reserve(text_.size() + 1 + name.size());
  path.text_ = text_;
  if (!steps_.empty()) path.text_ += '.';
  path.text_ += name;
  path.steps_.reserve(steps_.size() + 1);
  path.steps_ = steps_;
  path.steps_.emplace_back(name);
  return path;
}

bool FieldPath::overlaps(const FieldPath& other) const {
  const std::string& longer = text_.size() < other.text_.size() ? other.text_ : text_;
  const std::string& shorter = text_.size() < other.text_.size() ? text_ : other.text_;
  if (shorter.empty()) return true;  // the document itself
  return longer.starts_with(shorter) && (longer.size() == shorter.size() || longer[shorter.size()] == '.');
}

const boost::json::value* find(const boost::json::object& document, const FieldPath& path) {
  const boost::json::object* parent = &document;
  const boost::json::value* value = nullptr;
  for (const std::string& step : path.steps()) {
    if (parent == nullptr) return nullptr;
    value = parent->if_contains(step);
    if (value == nullptr) return nullptr;
    parent = value->if_object();
  }
  return value;
}

}  // namespace coterie
