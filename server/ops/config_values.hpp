// What the readers of coterie.toml share: values of one kind, names that must be known, and the first
// mistake, told with its place. A reader reads on after a mistake, so that each of its functions stays short:
// what is null, absent or empty here was left out or has been refused. Thread: any.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/field_path.hpp"
#include "server/ops/config_file.hpp"

namespace coterie {

struct DurationRange {
  std::chrono::milliseconds least;
  std::chrono::milliseconds most;
  const char* text;  // "from \"1m\" to \"8h\""
};

class ConfigValues {
 protected:
  using Words = std::vector<std::string>;

  // `file` outlives it.
  explicit ConfigValues(const ConfigFile& file) : file_(file) {}

  // The first one counts.
  void refuse(const std::string& place, const std::string& message) {
    if (!error_) error_ = file_.error(place, message);
  }
  // "This key is not known; did you mean read?", or which are.
  void refuse_unknown(const std::string& place, std::string_view what, std::string_view given,
                      const Words& known);
  void check_names(const boost::json::object& members, const std::string& place, const Words& known,
                   std::string_view what = "key");

  // Calls read(value, place) where the member is there.
  template <class Read>
  void with(const boost::json::object& members, const std::string& place, std::string_view name, Read read) {
    if (const auto* value = members.if_contains(name)) read(*value, member_place(place, name));
  }
  // Calls read(value, place) for each item of a list.
  template <class Read>
  void each_of(const boost::json::value& value, const std::string& place, std::size_t most, Read read) {
    const boost::json::array* const items = list(value, place, most);
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i)
      read((*items)[i], item_place(place, i));
  }
  // The same where one alone may stand without a list.
  template <class Read>
  void one_or_each_of(const boost::json::value& value, const std::string& place, std::size_t most,
                      Read read) {
    if (!value.is_array()) return read(value, place);
    each_of(value, place, most, read);
  }

  const boost::json::object* as_table(const boost::json::value& value, const std::string& place,
                                      std::size_t most = 10'000);
  const boost::json::object* table(const boost::json::object& parent, const std::string& place,
                                   std::string_view name, std::size_t most = 10'000);
  // `form`: what it must be, "a text, in quotes".
  std::optional<std::string> text(const boost::json::value& value, const std::string& place,
                                  std::string_view form = "a text, in quotes");
  std::optional<std::string> text(const boost::json::object& parent, const std::string& place,
                                  std::string_view name);
  std::optional<std::int64_t> whole(const boost::json::value& value, const std::string& place,
                                    std::int64_t least,
                                    std::int64_t most = std::numeric_limits<std::int64_t>::max());
  std::optional<std::chrono::milliseconds> duration(const boost::json::value& value, const std::string& place,
                                                    const DurationRange& range);
  std::optional<FieldPath> field_path(std::string_view written, const std::string& place);
  // A word that from_text knows; `words` are all of them.
  template <class FromText>
  auto word(const boost::json::value& value, const std::string& place, std::string_view what,
            FromText from_text, const Words& words) -> decltype(from_text(std::string_view())) {
    const std::optional<std::string> written = text(value, place);
    if (!written) return std::nullopt;
    auto known = from_text(*written);
    if (!known) refuse_unknown(place, what, *written, words);
    return known;
  }

  const ConfigFile& file_;
  std::optional<Error> error_;

 private:
  bool fits(std::size_t count, std::size_t most, const std::string& place, const char* what);
  const boost::json::array* list(const boost::json::value& value, const std::string& place, std::size_t most);
};

}  // namespace coterie
