// Deciding a stored conflict field by field, as a person would on a terminal.
#include "server/cli/conflict_choice.hpp"

#include <doctest/doctest.h>

#include "protocol/json.hpp"
#include "server/cli/notice_text.hpp"

using namespace coterie;

namespace {

boost::json::object object_of(std::string_view text) {
  return parse_json(text, {1 << 20, 64, 100'000}).value().as_object();
}

const boost::json::object kConflict = object_of(R"({"op":"update","base":{"price":10,"note":"a","tag":"x"},
  "current":{"price":12,"note":"a","tag":"y"},"yours":{"price":11,"note":"b"},
  "merged":{"price":12,"note":"b","tag":"y"},"fields":{"note":"yours","price":"clash","tag":"clash"}})");

// The answers given one after another; what was asked is kept.
struct Answers {
  std::vector<std::string> lines;
  std::vector<std::string> asked;
  std::optional<std::string> operator()(const std::string& question) {
    asked.push_back(question);
    if (asked.size() > lines.size()) return std::nullopt;
    return lines[asked.size() - 1];
  }
};

std::string chosen(const boost::json::object& conflict, Answers answers) {
  const auto resolution = choose_resolution(conflict, std::ref(answers));
  return resolution ? to_json_text(*resolution) : "nothing";
}

}  // namespace

TEST_CASE("Choice: each field that clashes is asked for, and what is yours alone goes along") {
  Answers answers{{"t", "t"}, {}};
  CHECK(to_json_text(*choose_resolution(kConflict, std::ref(answers))) == R"({"set":{"note":"b"}})");
  CHECK(answers.asked ==
        std::vector<std::string>{"price: [t]heirs 12, [m]ine 11, =VALUE for another, or [q]uit? ",
                                 "tag: [t]heirs y, [m]ine -, =VALUE for another, or [q]uit? "});

  CHECK(chosen(kConflict, {{"m", "mine"}, {}}) == R"({"set":{"price":11,"note":"b"},"unset":["tag"]})");
  CHECK(chosen(kConflict, {{"=11.5", "= new"}, {}}) == R"({"set":{"price":11.5,"note":"b","tag":" new"}})");
}

TEST_CASE("Choice: an answer that is none is asked for again, and whoever stops decides nothing") {
  CHECK(chosen(kConflict, {{"what?", "t", "t"}, {}}) == R"({"set":{"note":"b"}})");
  CHECK(chosen(kConflict, {{"m", "q"}, {}}) == "nothing");
  CHECK(chosen(kConflict, {{"m"}, {}}) == "nothing");
}

TEST_CASE("Choice: where all is theirs in the end nothing is written") {
  boost::json::object conflict = kConflict;
  conflict["merged"] = conflict["current"];
  CHECK(chosen(conflict, {{"t", "t"}, {}}) == R"("use-theirs")");
}

TEST_CASE("Choice: what has no fields to go through is decided as a whole") {
  boost::json::object joined = kConflict;
  joined["fields"] = object_of(R"({"note":"yours","tag":"theirs"})");
  CHECK(chosen(joined, {{"j"}, {}}) == R"("merge")");
  CHECK(chosen(joined, {{"m", "t"}, {}}) == R"("use-theirs")");

  boost::json::object removal = kConflict;
  removal["op"] = "delete";
  CHECK(chosen(removal, {{"m"}, {}}) == R"("use-mine")");

  boost::json::object gone = kConflict;
  gone["current"] = nullptr;
  CHECK(chosen(gone, {{"d"}, {}}) == R"("use-theirs")");
  CHECK(chosen(gone, {{"m"}, {}}) == "nothing");
}

TEST_CASE("Notices: each is a sentence, and shows no more than text") {
  const auto notice = [](std::string_view members) {
    return notification_text(
        object_of(std::string(R"({"userId":"an\u001bn",)") + std::string(members) + '}'));
  };
  CHECK(
      notice(
          R"("kind":"overwritten","entityType":"Car","entityId":"1","version":3,"fields":["price","a.b"])") ==
      R"(Car/1 v3: an\x1bn wrote over what you had changed (price, a.b))");
  CHECK(
      notice(
          R"("kind":"conflictDecided","entityType":"Car","entityId":"1","details":{"conflictId":4,"resolution":"merge"})") ==
      R"(Car/1: an\x1bn decided your conflict 4 (merge))");
  CHECK(notice(R"("kind":"conflictAssigned","details":{"conflictId":4})") ==
        R"(an\x1bn asks you to decide conflict 4)");
  CHECK(notice(R"("kind":"lockTaken","fields":["price"])") == R"(an\x1bn took your lock (price))");
}

TEST_CASE("Notices: an announcement says from whom, and for how long") {
  const Style plain(false);
  CHECK(announcement_text(object_of(R"({"announcementId":4,"text":"Back at noon.","severity":"warning",
                                        "userId":"ann","ttlMs":3600000})"),
                          plain) == "warning 4 from ann: Back at noon. (for 60 min)");
  CHECK(announcement_text(object_of(R"({"announcementId":4,"withdrawn":true})"), plain) ==
        "announcement 4 is withdrawn");
  CHECK(time_left(1) == "1 s");
  CHECK(time_left(119'001) == "2 min");
  CHECK(time_left(3 * 3'600'000) == "3 h");
  CHECK(time_left(30LL * 24 * 3'600'000) == "30 days");
}
