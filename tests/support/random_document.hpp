// Random documents under a seed that is printed and taken back: COTERIE_SEED=17 runs the same again.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace coterie::testing {

inline std::uint64_t seed() {
  static const std::uint64_t chosen = [] {
    const char* given = std::getenv("COTERIE_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : std::uint64_t{std::random_device{}()};
  }();
  return chosen;
}

// Few names and few values, so that two documents often meet in them.
class RandomDocuments {
 public:
  explicit RandomDocuments(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }
  bool chance(std::size_t percent) { return below(100) < percent; }

  std::string name() {
    static const char* const kNames[] = {"a", "b", "c", "a-b", "a b", "ab", "\xC3\xA9", "__proto__"};
    return kNames[below(std::size(kNames))];
  }

  boost::json::value scalar() {
    switch (below(7)) {
      case 0:
        return nullptr;
      case 1:
        return chance(50);
      case 2:
        return static_cast<std::int64_t>(below(4));
      case 3:
        return 0.5 * static_cast<double>(2 * below(2) + 1);
      case 4:
        return "";
      case 5:
        return "x\n\"\\\xC3\xA9\xF0\x9F\x98\x80";
      default:
        return "text";
    }
  }

  boost::json::value value(int depth) {
    if (depth > 0 && chance(40)) return object(depth - 1);
    if (depth > 0 && chance(20)) {
      boost::json::array items;
      for (std::size_t n = below(4); n > 0; --n) items.push_back(value(depth - 1));
      return items;
    }
    return scalar();
  }

  boost::json::object object(int depth) {
    boost::json::object members;
    for (std::size_t n = below(5); n > 0; --n) members[name()] = value(depth);
    return members;
  }

  // The same document after a few edits anywhere in it.
  boost::json::object edited(boost::json::object document, int depth) {
    for (std::size_t n = 1 + below(3); n > 0; --n) edit(document, depth);
    return document;
  }

 private:
  void edit(boost::json::object& document, int depth) {
    const std::string member = name();
    boost::json::value* inside = document.if_contains(member);
    if (inside != nullptr && inside->is_object() && chance(70)) return edit(inside->get_object(), depth - 1);
    if (chance(30))
      document.erase(member);
    else
      document[member] = value(depth > 0 ? depth : 0);
  }

  std::mt19937_64 random_;
};

}  // namespace coterie::testing
