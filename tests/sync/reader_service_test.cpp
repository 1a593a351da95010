// Named readers through the services: remembered at the first question, told the truth about their place.
// Laws 2, 3.
#include "server/sync/reader_service.hpp"

#include "tests/sync/service_world.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

Changes changes_of(const std::string& reader, std::size_t limit = 100) {
  Changes request;
  request.reader = ReaderName{reader};
  request.limit = limit;
  return request;
}

Acknowledge acknowledge(const std::string& reader, const boost::json::object& answer) {
  const boost::json::object& position = answer.at("position").as_object();
  return {ReaderName{reader}, Position{Epoch{text_of(position, "epoch")}, Seq{number_of(position, "seq")}}};
}

std::string ids_of(const boost::json::object& answer) {
  std::string ids;
  for (const boost::json::value& event : answer.at("events").as_array()) {
    ids += (ids.empty() ? "" : " ") + text_of(event.as_object(), "entityId");
  }
  return ids;
}

std::uint64_t behind(const boost::json::object& answer) {
  return number_of(answer.at("lag").as_object(), "events");
}

}  // namespace

TEST_CASE("Readers: a new name begins at the beginning, and goes on behind what it acknowledged [law 3]") {
  ServiceWorld world;
  Caller ann(world, "ann");
  for (const char* id : {"1", "2", "3"}) ann.ask(create("Car", id));

  const auto first = ann.ask(changes_of("books", 2));
  CHECK(text_of(first, "type") == "changes");
  CHECK(ids_of(first) == "1 2");
  CHECK(behind(first) == 1);
  CHECK(ids_of(ann.ask(changes_of("books", 2))) == "1 2");  // it has not said that it has them
  CHECK(text_of(ann.ask(acknowledge("books", first)), "type") == "ok");
  const auto rest = ann.ask(changes_of("books", 2));
  CHECK(ids_of(rest) == "3");
  CHECK(behind(rest) == 0);
  ann.ask(acknowledge("books", rest));
  CHECK(text_of(ann.ask(acknowledge("books", first)), "type") == "ok");  // an old one that comes late
  CHECK(ids_of(ann.ask(changes_of("books"))).empty());

  Changes now = changes_of("new");
  now.from_now = true;
  CHECK(ids_of(ann.ask(now)).empty());
  ann.ask(create("Car", "4"));
  CHECK(ids_of(ann.ask(now)) == "4");
}

TEST_CASE("Readers: the changes of one type pass over the others, and so does the position") {
  ServiceWorld world;
  Caller ann(world, "ann");
  ann.ask(create("Car", "1"));
  ann.ask(create("Bus", "2"));
  ann.ask(create("Car", "3"));
  Changes request = changes_of("buses");
  request.type = EntityType{"Bus"};
  const auto answer = ann.ask(request);
  CHECK(ids_of(answer) == "2");
  CHECK(number_of(answer.at("position").as_object(), "seq") == 3);
  CHECK(behind(answer) == 0);
}

TEST_CASE(
    "Readers: one of another history, and one whose changes were purged, are told so until they begin anew "
    "[law 3]") {
  WorldOptions options;
  options.seed = [](Store& store) {
    const Epoch epoch = store.position().value().epoch;
    Batch batch;
    for (std::uint64_t n = 1; n <= 3; ++n) {
      DataSyncEvent event;
      event.seq = Seq{n};
      event.key = {EntityType{"Car"}, EntityId{"1"}};
      event.operation = n == 1 ? EventOperation::create : EventOperation::update;
      event.version = Version{n};
      event.set = R"({"n":1})";
      event.unset = "[]";
      event.old = "{}";
      batch.events.push_back(std::move(event));
    }
    Head head;
    head.meta.key = {EntityType{"Car"}, EntityId{"1"}};
    head.meta.version = Version{3};
    batch.heads.push_back(std::move(head));
    batch.readers = {{{ReaderName{"elsewhere"}, {Epoch{"another"}, Seq{2}}, {}, {}}, false},
                     {{ReaderName{"late"}, {epoch, Seq{1}}, {}, {}}, false},
                     {{ReaderName{"fine"}, {epoch, Seq{2}}, {}, {}}, false}};
    store.commit(batch).value();
    PurgeStep step;
    step.type = EntityType{"Car"};
    step.retention.versions = 1;
    step.limit = Seq{2};
    REQUIRE(store.purge(step).value().events == 2);
  };
  ServiceWorld world(options);
  Caller ann(world, "ann");

  CHECK(ids_of(ann.ask(changes_of("fine"))) == "1");
  for (const auto& [reader, reason] :
       {std::pair{"elsewhere", "epoch"}, {"late", "trimmed"}, {"unknown", "trimmed"}}) {
    CAPTURE(reader);
    const auto told = ann.ask(changes_of(reader));
    CHECK(text_of(told, "resync") == reason);
    CHECK(told.at("events").as_array().empty());
    CHECK(text_of(ann.ask(changes_of(reader)), "resync") == reason);
    CHECK(text_of(ann.ask(acknowledge(reader, told)), "type") == "ok");
    CHECK_FALSE(ann.ask(changes_of(reader)).contains("resync"));
  }
  const auto readers = ann.ask(Readers{});
  CHECK(readers.at("readers").as_array().size() == 4);
  CHECK(text_of(ann.ask(ForgetReader{ReaderName{"late"}}), "type") == "ok");
  CHECK(text_of(ann.ask(ForgetReader{ReaderName{"late"}}), "code") == "not_found");
  CHECK(ann.ask(Readers{}).at("readers").as_array().size() == 3);
}
