#include "server/net/documents/asyncapi.hpp"

#include <boost/json/array.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "protocol/request_types.hpp"
#include "server/net/documents/schema_book.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

const MessageSchema& find(const std::vector<MessageSchema>& messages, std::string_view type) {
  for (const MessageSchema& message : messages) {
    if (message.type == type) return message;
  }
  throw std::logic_error("protocol/schemas.json does not know " + std::string(type));
}

json::object reference(std::string_view to, std::string_view name) {
  return {{"$ref", "#/" + std::string(to) + std::string(name)}};
}

json::object in_channel(const MessageSchema& message) {
  return reference("channels/ws/messages/", message.name);
}

json::object receive(const RequestType& request, const MessageSchema& message) {
  json::object made{{"action", "receive"},
                    {"channel", reference("channels/", "ws")},
                    {"summary", message.summary},
                    {"messages", {in_channel(message)}}};
  if (request.answers.empty()) return made;
  const SchemaBook& book = schema_book();
  json::array answers;
  for (const std::string_view answer : request.answers)
    answers.push_back(in_channel(find(book.answers, answer)));
  answers.push_back(in_channel(find(book.answers, "error")));
  made["reply"] = {{"channel", reference("channels/", "ws")}, {"messages", std::move(answers)}};
  return made;
}

json::object operations() {
  const SchemaBook& book = schema_book();
  const std::vector<RequestType> types = request_types();
  if (types.size() != book.requests.size())
    throw std::logic_error("protocol/schemas.json knows a request that the decoder does not");
  json::object made;
  for (const RequestType& type : types) made[type.type] = receive(type, find(book.requests, type.type));
  for (const MessageSchema& push : book.pushes) {
    json::object send{{"action", "send"},
                      {"channel", reference("channels/", "ws")},
                      {"summary", push.summary},
                      {"messages", {in_channel(push)}}};
    made["push" + push.name.substr(0, push.name.size() - 4)] = std::move(send);
  }
  return made;
}

}  // namespace

json::object asyncapi_document() {
  const SchemaBook& book = schema_book();
  json::object schemas = book.shared;
  json::object messages;
  json::object of_channel;
  for (const auto* group : {&book.requests, &book.answers, &book.pushes}) {
    for (const MessageSchema& message : *group) {
      schemas[message.name] = message.payload;
      json::object made{{"name", message.type}, {"payload", schema_reference(message.name)}};
      if (!message.summary.empty()) made["summary"] = message.summary;
      messages[message.name] = std::move(made);
      of_channel[message.name] = reference("components/messages/", message.name);
    }
  }
  json::object referred = referred_schemas(schemas, messages);
  return {{"asyncapi", "3.0.0"},
          {"info",
           {{"title", "Coterie"},
            {"version", COTERIE_VERSION},
            {"description",
             "A frame holds one or more messages, one per line. A request has an id and gets one answer with "
             "that id; what has no id is a push. All of it is told in protocol/README.md."},
            {"license", {{"name", "Apache-2.0"}}}}},
          {"defaultContentType", "application/json"},
          {"channels",
           {{"ws",
             {{"address", "/ws"},
              {"title", "The live connection"},
              {"description", "A WebSocket with the subprotocol coterie.v1, text frames."},
              {"messages", std::move(of_channel)}}}}},
          {"operations", operations()},
          {"components", {{"messages", std::move(messages)}, {"schemas", std::move(referred)}}}};
}

}  // namespace coterie
