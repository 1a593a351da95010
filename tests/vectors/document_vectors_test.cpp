// Changes applied to documents, and three-way merges.

#include <map>

#include "protocol/change.hpp"
#include "protocol/json.hpp"
#include "protocol/merge.hpp"
#include "protocol/settle.hpp"
#include "tests/vectors/vectors.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

Change change_of(const boost::json::object& golden) {
  Change change;
  for (const auto& member : golden.at("set").as_object()) {
    change.set.push_back({FieldPath::parse(member.key()).value(), member.value()});
  }
  for (const boost::json::value& path : golden.at("unset").as_array()) {
    change.unset.push_back(FieldPath::parse(path.as_string()).value());
  }
  return change;
}

}  // namespace

TEST_CASE("Vectors: every change leads to the document it should") {
  for (const boost::json::value& item : cases_of("apply")) {
    const boost::json::object& golden = item.as_object();
    const std::string name = text_at(golden, "name");
    CAPTURE(name);
    boost::json::object document = golden.at("before").as_object();
    const Result<void> applied = apply(document, change_of(golden));
    CHECK(applied.has_value() == !golden.contains("error"));
    if (applied.has_error()) {
      CHECK(to_text(applied.error().code) == text_at(golden, "error"));
    } else {
      CHECK_MESSAGE(document == golden.at("after").as_object(), to_json_text(document));
    }
  }
}

TEST_CASE("Vectors: every merge gives each path its verdict and takes theirs where it clashes [law 5]") {
  for (const boost::json::value& item : cases_of("merge")) {
    const boost::json::object& golden = item.as_object();
    const std::string name = text_at(golden, "name");
    CAPTURE(name);
    const Merge merged = merge(golden.at("base").as_object(), golden.at("current").as_object(),
                               golden.at("yours").as_object());
    boost::json::object verdicts;
    for (const auto& [path, verdict] : merged.fields) verdicts[path.text()] = to_text(verdict);
    CHECK_MESSAGE(verdicts == golden.at("fields").as_object(), to_json_text(verdicts));
    CHECK_MESSAGE(merged.merged == golden.at("merged").as_object(), to_json_text(merged.merged));
  }
}

TEST_CASE("Vectors: every clash is settled as its type says, or left [law 5]") {
  for (const boost::json::value& item : cases_of("settle")) {
    const boost::json::object& golden = item.as_object();
    const std::string name = text_at(golden, "name");
    CAPTURE(name);
    ClashPolicies policies;
    for (const auto& policy : golden.at("policies").as_object()) {
      policies.set(FieldPath::parse(policy.key()).value(),
                   *clash_policy_from_text(std::string(policy.value().as_string())));
    }
    const Merge settled = settle(golden.at("base").as_object(), golden.at("current").as_object(),
                                 golden.at("yours").as_object(), policies);
    boost::json::object verdicts;
    bool clashes = false;
    for (const auto& [path, verdict] : settled.fields) {
      verdicts[path.text()] = to_text(verdict);
      clashes = clashes || verdict == FieldVerdict::clash;
    }
    CHECK_MESSAGE(verdicts == golden.at("fields").as_object(), to_json_text(verdicts));
    CHECK_MESSAGE(settled.merged == golden.at("merged").as_object(), to_json_text(settled.merged));
    CHECK(settled.clashes == clashes);
  }
}
