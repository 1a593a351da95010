#include "tests/model/types.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <initializer_list>
#include <string_view>

namespace coterie::model {
namespace {

namespace json = boost::json;

FieldPath path(std::string_view text) { return FieldPath::parse(text).value(); }

TypeRules documents() {
  TypeRules rules;
  rules.clashes.set(path("a"), ClashPolicy::mine);
  rules.clashes.set(path("b"), ClashPolicy::max);
  rules.clashes.set(path("o"), ClashPolicy::theirs);
  rules.clashes.set(path("o.x"), ClashPolicy::sum);
  rules.clashes.set(path("o.p"), ClashPolicy::ask);
  rules.clashes.set(path("tags"), ClashPolicy::set);
  const json::object schema{
      {"properties", json::object{{"n", json::object{{"type", "integer"}, {"maximum", 12}}},
                                  {"tags", json::object{{"maxItems", 6}}}}}};
  rules.schema = JsonSchema::compile(schema).value();
  rules.unique = {{path("c"), path("m")}};
  rules.index = {{path("n")}, {path("a"), path("n")}};
  return rules;
}

TypeRules orders() {
  TypeRules rules;
  rules.unique = {{path("n")}, {path("orderNumber")}};
  return rules;
}

}  // namespace

std::shared_ptr<const TypeTable> model_types() {
  static const std::shared_ptr<const TypeTable> kTypes = [] {
    auto types = std::make_shared<TypeTable>();
    types->add(EntityType{"Doc"}, documents());
    types->add(EntityType{"Order"}, orders());
    return types;
  }();
  return kTypes;
}

}  // namespace coterie::model
