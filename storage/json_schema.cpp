// The only file that includes valijson.
#include "storage/json_schema.hpp"

// Else it ends the program where a schema is wrong.
#define VALIJSON_USE_EXCEPTIONS 1

#include <re2/re2.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <exception>
#include <functional>
#include <limits>
#include <utility>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/constraint_builder.hpp>
#include <valijson/constraints/concrete_constraints.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "protocol/json.hpp"
#include "storage/schema_keywords.hpp"
#include "storage/text_format.hpp"

namespace coterie {
namespace {

namespace json = boost::json;
using valijson::ValidationResults;
using valijson::adapters::Adapter;
using valijson::adapters::BoostJsonAdapter;

constexpr std::size_t kMostFaults = 50;
constexpr std::size_t kMostUniqueItems = 500;    // each is compared with each
constexpr std::int64_t kPatternBytes = 1 << 20;  // that a compiled pattern may take

// What the schema refers to by plain pointers: valijson copies constraints byte by byte into memory of its
// own.
using Patterns = std::vector<std::unique_ptr<re2::RE2>>;

// ---- the keywords that are evaluated here ----

template <class Own>
class OwnConstraint : public valijson::constraints::PolyConstraint {
 private:
  valijson::constraints::Constraint* cloneInto(void* place) const override {
    return new (place) Own(static_cast<const Own&>(*this));
  }
  std::size_t sizeOf() const override { return sizeof(Own); }
};

bool say(ValidationResults* results, const std::vector<std::string>& context, const std::string& sentence) {
  if (results != nullptr) results->pushError(context, sentence);
  return false;
}

class PatternConstraint final : public OwnConstraint<PatternConstraint> {
 public:
  explicit PatternConstraint(const re2::RE2* pattern) : pattern_(pattern) {}
  bool validate(const Adapter& target, const std::vector<std::string>& context,
                ValidationResults* results) const override {
    if (!target.isString() || re2::RE2::PartialMatch(target.getString(), *pattern_)) return true;
    return say(results, context, "The text does not match the pattern " + pattern_->pattern() + '.');
  }

 private:
  const re2::RE2* pattern_;
};

class FormatConstraint final : public OwnConstraint<FormatConstraint> {
 public:
  explicit FormatConstraint(const std::string* format) : format_(format) {}
  bool validate(const Adapter& target, const std::vector<std::string>& context,
                ValidationResults* results) const override {
    if (!target.isString() || has_format(*format_, target.getString())) return true;
    return say(results, context, "The text does not have the format " + *format_ + '.');
  }

 private:
  const std::string* format_;
};

class MultipleOfConstraint final : public OwnConstraint<MultipleOfConstraint> {
 public:
  explicit MultipleOfConstraint(double divisor) : divisor_(divisor) {}
  bool validate(const Adapter& target, const std::vector<std::string>& context,
                ValidationResults* results) const override {
    if (!target.isNumber() || is_multiple(target.getNumber())) return true;
    std::string divisor;
    write_json(divisor, number_value(divisor_).value_or(json::value(divisor_)));
    return say(results, context, "The number must be a multiple of " + divisor + " (multipleOf).");
  }

 private:
  // 1234.56 is a multiple of 0.01, though neither is exact: the quotient may be off by its last bits.
  bool is_multiple(double number) const {
    const double quotient = number / divisor_;
    const double off = std::abs(quotient - std::round(quotient));
    return off <= 4 * std::numeric_limits<double>::epsilon() * std::abs(quotient);
  }
  double divisor_;
};

class UniqueItemsConstraint final : public OwnConstraint<UniqueItemsConstraint> {
 public:
  bool validate(const Adapter& target, const std::vector<std::string>& context,
                ValidationResults* results) const override {
    if (!target.isArray()) return true;
    std::vector<std::unique_ptr<valijson::adapters::FrozenValue>> seen;
    bool twice = false;
    const bool short_enough = target.getArraySize() <= kMostUniqueItems;
    if (!short_enough) {
      return say(
          results, context,
          "A list whose items must be unique may hold " + std::to_string(kMostUniqueItems) + " of them.");
    }
    target.applyToArray([&](const Adapter& item) {
      for (const auto& other : seen) twice = twice || other->equalTo(item, true);
      seen.emplace_back(item.freeze());
      return !twice;
    });
    return !twice || say(results, context, "The items of the list must be unique (uniqueItems).");
  }
};

class Builder final : public valijson::ConstraintBuilder {
 public:
  using Make = std::function<valijson::constraints::Constraint*(const Adapter&)>;
  explicit Builder(Make make) : make_(std::move(make)) {}
  valijson::constraints::Constraint* make(const Adapter& value) const override { return make_(value); }

 private:
  Make make_;
};

// Caught where the schema is compiled.
struct NotSupported : std::exception {
  explicit NotSupported(std::string sentence) : sentence(std::move(sentence)) {}
  const char* what() const noexcept override { return sentence.c_str(); }
  std::string sentence;
};

// ---- what went wrong, and where ----

// valijson's context is "<root>", "[address]", "[city]"; a list's items are "[0]" as well, so the document
// tells where the path ends.
std::string field_of(const std::vector<std::string>& context, const json::value& document) {
  std::string path;
  const json::value* at = &document;
  for (std::size_t i = 1; i < context.size(); ++i) {
    const json::object* const object = at == nullptr ? nullptr : at->if_object();
    if (object == nullptr) break;
    const std::string name = context[i].substr(1, context[i].size() - 2);
    if (!path.empty()) path += '.';
    path += name;
    at = object->if_contains(name);
  }
  return path;
}

SchemaFault fault_of(const ValidationResults::Error& error, const json::value& document) {
  SchemaFault fault{field_of(error.context, document), error.description};
  constexpr std::string_view kMissing = "Missing required property '";
  if (fault.message.starts_with(kMissing)) {
    const std::string name =
        fault.message.substr(kMissing.size(), fault.message.rfind('\'') - kMissing.size());
    fault.field += (fault.field.empty() ? "" : ".") + name;
    fault.message = "The schema requires this field (required).";
  }
  return fault;
}

}  // namespace

struct JsonSchema::Compiled {
  Patterns patterns;
  std::vector<std::unique_ptr<std::string>> formats;
  valijson::Schema schema;  // last: points to the others

  const re2::RE2* pattern(const std::string& text) {
    re2::RE2::Options options(re2::RE2::Quiet);
    options.set_max_mem(kPatternBytes);
    auto made = std::make_unique<re2::RE2>(text, options);
    if (!made->ok()) {
      throw NotSupported("The pattern " + text + " cannot be used: " + made->error() +
                         ". Patterns have RE2's syntax, without references back and looking around.");
    }
    return patterns.emplace_back(std::move(made)).get();
  }
  const std::string* format(const std::string& name) {
    if (!is_known_format(name)) {
      throw NotSupported("The format " + name + " is not checked here; known are " + known_formats() + '.');
    }
    return formats.emplace_back(std::make_unique<std::string>(name)).get();
  }
};

JsonSchema::JsonSchema(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
JsonSchema::~JsonSchema() = default;

Result<std::shared_ptr<const JsonSchema>> JsonSchema::compile(const json::value& schema) {
  const Result<json::value> checked = checked_schema(schema);
  if (!checked) return checked.error();
  auto compiled = std::make_unique<Compiled>();
  Compiled& into = *compiled;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.addConstraintBuilder(kOwnPattern, new Builder([&into](const Adapter& value) {
                                return new PatternConstraint(into.pattern(value.asString()));
                              }));
  parser.addConstraintBuilder(kOwnFormat, new Builder([&into](const Adapter& value) {
                                return new FormatConstraint(into.format(value.asString()));
                              }));
  parser.addConstraintBuilder(kOwnMultipleOf, new Builder([](const Adapter& value) {
                                return new MultipleOfConstraint(value.getNumber());
                              }));
  parser.addConstraintBuilder(
      kOwnUniqueItems, new Builder([](const Adapter& value) -> valijson::constraints::Constraint* {
        if (value.asBool()) return new UniqueItemsConstraint;
        return new valijson::constraints::MinItemsConstraint;  // none: 0 items at least
      }));
  try {
    parser.populateSchema(BoostJsonAdapter(*checked), compiled->schema);
  } catch (const std::exception& wrong) {
    Error error;
    error.code = ErrorCode::bad_request;
    error.message = wrong.what();
    return error;
  }
  return std::shared_ptr<const JsonSchema>(new JsonSchema(std::move(compiled)));
}

bool JsonSchema::accepts(const json::value& document) const {
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  return validator.validate(compiled_->schema, BoostJsonAdapter(document), nullptr);
}

std::vector<SchemaFault> JsonSchema::faults(const json::value& document) const {
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  ValidationResults results;
  std::vector<SchemaFault> faults;
  if (validator.validate(compiled_->schema, BoostJsonAdapter(document), &results)) return faults;
  for (const ValidationResults::Error& error : results) {
    if (faults.size() == kMostFaults) break;
    faults.push_back(fault_of(error, document));
  }
  if (faults.empty()) faults.push_back({{}, "The record does not fit the schema of its type."});
  return faults;
}

}  // namespace coterie
