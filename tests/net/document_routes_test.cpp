// /openapi.json and /asyncapi.json as documents: whole, and sound by their own specifications. That they tell
// the truth is checked with every answer of every other test of these routes (HttpHarness).
#include <set>

#include "protocol/request_types.hpp"
#include "protocol/scalar_order.hpp"
#include "server/net/http_write.hpp"
#include "tests/net/http_harness.hpp"

using namespace coterie;
namespace json = boost::json;

namespace {

std::string text(const json::value& value) { return std::string(text_of(value)); }

// Calls `visit` for each $ref below.
template <class Visit>
void each_reference(const json::value& value, Visit visit) {
  if (value.is_array()) {
    for (const json::value& each : value.get_array()) each_reference(each, visit);
  }
  if (!value.is_object()) return;
  for (const auto& [name, below] : value.get_object()) {
    if (name == "$ref") {
      visit(text(below));
    } else {
      each_reference(below, visit);
    }
  }
}

// Every reference leads somewhere, and every schema is referred to.
void check_references(const json::value& document) {
  std::set<std::string> used;
  each_reference(document, [&](const std::string& to) {
    REQUIRE(to.starts_with('#'));
    used.insert(to);
    boost::system::error_code none;
    CHECK_MESSAGE(document.find_pointer(to.substr(1), none) != nullptr, to);
  });
  for (const auto& schema : document.at("components").at("schemas").as_object()) {
    const std::string name(schema.key());
    CHECK_MESSAGE(used.contains("#/components/schemas/" + name), name);
  }
}

std::string name_of_method(std::string_view method) {
  std::string lower;
  for (const char c : method) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

}  // namespace

TEST_CASE("OpenAPI: for everyone, every route stands in it, and nothing else does") {
  HttpHarness http;

  const auto answer = http.ask("GET", "/openapi.json", {{"Authorization", ""}});

  CHECK(answer.status == 200);
  const json::object document = http.json(answer);
  const json::object& paths = document.at("paths").as_object();
  for (const Route& route : http.router.routes()) {
    CAPTURE(route.pattern);
    REQUIRE(paths.contains(route.pattern));
    const json::value* operation =
        paths.at(route.pattern).as_object().if_contains(name_of_method(route.method));
    REQUIRE(operation != nullptr);
    CHECK(operation->at("operationId").as_string() == route.about.operation);
  }
  std::size_t operations = 0;
  for (const auto& path : paths) operations += path.value().as_object().size();
  CHECK(operations == http.router.routes().size());
}

TEST_CASE("OpenAPI: the document is sound") {
  HttpHarness http;
  const json::object document = http.json(http.ask("GET", "/openapi.json"));

  CHECK(document.at("openapi") == "3.1.0");
  CHECK(document.at("info").at("title") == "Coterie");
  CHECK_FALSE(document.at("info").at("version").as_string().empty());
  check_references(document);
  std::set<std::string> ids;
  for (const auto& [path, item] : document.at("paths").as_object()) {
    CAPTURE(std::string(path));
    REQUIRE(path.starts_with("/"));
    std::set<std::string> steps;  // that stand for something
    for (std::size_t open = path.find('{'); open != json::string_view::npos;
         open = path.find('{', open + 1)) {
      steps.insert(std::string(path.substr(open + 1, path.find('}', open) - open - 1)));
    }
    for (const auto& [method, operation] : item.as_object()) {
      CHECK_MESSAGE(ids.insert(text(operation.at("operationId"))).second, text(operation.at("operationId")));
      CHECK_FALSE(operation.at("summary").as_string().empty());
      CHECK_FALSE(operation.at("responses").as_object().empty());
      for (const auto& response : operation.at("responses").as_object()) {
        CHECK(response.value().at("description").is_string());
      }
      std::set<std::string> declared;
      std::set<std::string> names;
      const json::value* parameters = operation.as_object().if_contains("parameters");
      for (const json::value& parameter : parameters ? parameters->as_array() : json::array()) {
        const std::string where = text(parameter.at("in"));
        CHECK(names.insert(where + ' ' + text(parameter.at("name"))).second);
        CHECK(parameter.as_object().contains("schema") != parameter.as_object().contains("content"));
        if (where != "path") CHECK_FALSE(parameter.at("description").as_string().empty());
        if (where != "path") continue;
        CHECK(parameter.at("required") == true);
        declared.insert(text(parameter.at("name")));
      }
      CHECK(declared == steps);
    }
  }
}

TEST_CASE("OpenAPI: every parameter that it names is known, and any other is 400") {
  HttpHarness http;
  for (const Route& route : http.router.routes()) {
    if (route.about.any_query) continue;
    CAPTURE(route.pattern);
    CAPTURE(route.method);
    std::string path(route.pattern);
    for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{')) {
      path.replace(open, path.find('}') - open + 1, "x");
    }
    const auto unknown = http.ask(std::string(route.method), path + "?nobodyKnowsThis=1", {}, "{}");
    CHECK(unknown.status == 400);
    CHECK(http.json(unknown).at("member") == "nobodyKnowsThis");
  }
}

TEST_CASE("OpenAPI: a route without a name, or with another's, is a defect that ends the start") {
  HttpHarness http;
  const auto add = [&](std::string_view operation) {
    http.router.add({"GET", "/other", Access::everyone, [](const HttpCall&) {}, {operation, "A summary"}});
  };
  CHECK_THROWS(add(""));
  CHECK_THROWS(add("getHealth"));
  CHECK_NOTHROW(add("getOther"));
}

TEST_CASE("AsyncAPI: every request of the decoder is received, and replied to by its answers") {
  HttpHarness http;
  const auto answer = http.ask("GET", "/asyncapi.json", {{"Authorization", ""}});
  REQUIRE(answer.status == 200);
  const json::object document = http.json(answer);
  CHECK(document.at("asyncapi") == "3.0.0");
  check_references(document);
  const json::object& operations = document.at("operations").as_object();
  for (const RequestType& type : request_types()) {
    CAPTURE(type.type);
    REQUIRE(operations.contains(type.type));
    const json::object& operation = operations.at(type.type).as_object();
    CHECK(operation.at("action") == "receive");
    if (type.answers.empty()) {
      CHECK_FALSE(operation.contains("reply"));
    } else {
      CHECK(operation.at("reply").at("messages").as_array().size() == type.answers.size() + 1);
    }
  }
  std::size_t received = 0;
  for (const auto& operation : operations) received += operation.value().at("action") == "receive" ? 1 : 0;
  CHECK(received == request_types().size());
}

TEST_CASE("Docs: the page brings its own script and style, and may load nothing from elsewhere") {
  HttpHarness http;
  const HttpHarness::Headers nobody{{"Authorization", ""}};
  const auto page = http.ask("GET", "/api/docs", nobody);
  CHECK(page.status == 200);
  CHECK(page.content_type == "text/html; charset=utf-8");
  const std::string bytes = to_bytes(page, {});
  CHECK(bytes.find("Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'") !=
        std::string::npos);
  CHECK(bytes.find("unsafe-inline") == std::string::npos);
  CHECK(bytes.find("frame-ancestors 'none'") != std::string::npos);
  CHECK(page.body.find("<script>") == std::string::npos);
  CHECK(page.body.find("style=") == std::string::npos);
  for (const std::string& text : {page.body, http.ask("GET", "/api/docs/page.js", nobody).body,
                                  http.ask("GET", "/api/docs/page.css", nobody).body}) {
    CHECK(text.find("http://") == std::string::npos);
    CHECK(text.find("https://") == std::string::npos);
    CHECK(text.find("innerHTML") == std::string::npos);
  }
  CHECK(page.body.find("src=\"/api/docs/page.js\"") != std::string::npos);
  CHECK(page.body.find("href=\"/api/docs/page.css\"") != std::string::npos);
  CHECK(http.ask("GET", "/api/docs/page.js", nobody).content_type == "text/javascript; charset=utf-8");
  CHECK(http.ask("GET", "/api/docs/page.css", nobody).content_type == "text/css; charset=utf-8");
}
