// The fields that a reader may not see, cut out of whatever is shown: documents, events, answers. Readers
// from whom the same fields are hidden share one veil's text, and with it the encoded bytes. A field that is
// hidden is hidden with all below it; a list is hidden as a whole. Thread: any; immutable. Law 8.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/entity.hpp"
#include "protocol/field_path.hpp"
#include "protocol/filter.hpp"
#include "protocol/messages_history.hpp"
#include "protocol/mutation.hpp"
#include "protocol/outcome.hpp"
#include "protocol/sort.hpp"

namespace coterie {

class Veil {
 public:
  explicit Veil(std::vector<FieldPath> hidden);  // not empty
  const std::string& text() const { return text_; }
  const std::vector<FieldPath>& hidden() const { return hidden_; }

  bool hides(const FieldPath& path) const;  // it is hidden, by itself or within a hidden one
  const FieldPath* touched(
      const FieldPath& path) const;  // the hidden one that it is, lies in or holds; or null
  const FieldPath* touched(const Filter& filter) const;  // by one of its operands
  const FieldPath* touched(const Sort& sort) const;

  void cut(boost::json::object& document) const;
  // Of texts that the server wrote itself. What cannot be read any more is left out whole: nothing gets by.
  std::string cut_document(std::string_view text) const;
  void cut(Entity& entity) const { entity.data = cut_document(entity.data); }
  void cut(
      DataSyncEvent& event) const;     // where all that changed is hidden, an update without a change is left
  void cut(Conflict& conflict) const;  // but for its message
  void cut(OperationResult& result) const;
  void cut(BlameAnswer& answer) const;
  void cut(std::vector<FieldPath>& paths) const;
  // A JSON object from dotted path to anything: members that are hidden are left out.
  std::string cut_paths(std::string_view text) const;

 private:
  void cut_below(const FieldPath& at, boost::json::value& value) const;
  std::vector<FieldPath> hidden_;  // sorted
  std::string text_;               // joined by newlines
};

}  // namespace coterie
