// Writes one JSON object, member by member, at the end of a text. Plain appending: no tree is built.
// Names are the protocol's own and need no escape; of the values, `text` escapes and `plain` trusts.
// Thread: any.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/json.hpp"

namespace coterie {

inline void append_integer(std::string& out, std::uint64_t number) {
  char digits[20];
  const std::to_chars_result end = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end.ptr);
}

class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  // Goes on in an object that is open already: `first` where nothing stands in it yet.
  ObjectWriter(std::string& out, bool first) : out_(out), first_(first) {}

  void close() { out_ += '}'; }

  // The text to append the value of this member to.
  std::string& member(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return out_;
  }

  // The same for a name that is not one of ours: it is escaped.
  std::string& name(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    write_json(out_, name);
    return out_ += ':';
  }

  void text(std::string_view name, std::string_view value) { write_json(member(name), value); }
  // A text of ours without anything to escape: a word, a time, a checked name.
  void plain(std::string_view name, std::string_view value) {
    member(name) += '"';
    out_ += value;
    out_ += '"';
  }
  void integer(std::string_view name, std::uint64_t value) { append_integer(member(name), value); }
  void boolean(std::string_view name, bool value) { member(name) += value ? "true" : "false"; }
  void null(std::string_view name) { member(name) += "null"; }
  // A value that is JSON text already.
  void json(std::string_view name, std::string_view value) { member(name) += value; }

  // `[...]`: write_item is called with each item and appends it.
  template <class Range, class WriteItem>
  void list(std::string_view name, const Range& items, WriteItem write_item) {
    member(name) += '[';
    bool first = true;
    for (const auto& item : items) {
      if (!first) out_ += ',';
      first = false;
      write_item(item);
    }
    out_ += ']';
  }

  std::string& out() { return out_; }

 private:
  std::string& out_;
  bool first_ = true;
};

// The beginning of an answer: {"id":12,"type":"subscribed", with more to follow.
inline ObjectWriter begin_answer(std::string& out, std::uint64_t id, std::string_view type) {
  ObjectWriter writer(out);
  writer.integer("id", id);
  writer.plain("type", type);
  return writer;
}

}  // namespace coterie
