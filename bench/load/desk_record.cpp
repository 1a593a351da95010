// A desk user in a record: presence, locks, typing, signals.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "bench/load/desk_user.hpp"

namespace load {

namespace json = boost::json;

namespace {

// Places that are locked: single fields, one within another, seldom the whole record.
const char* const kPlaces[] = {"name",         "name",           "notes",   "notes", "address.city",
                               "address.city", "address.street", "address", ""};
constexpr int kShortLeaseMs = 5000;

std::string place_text(const std::string& entity, const std::string& field) {
  return fmt::format(R"("entityType":"LoadItem","entityId":"{}"{})", entity,
                     field.empty() ? std::string() : fmt::format(R"(,"field":"{}")", field));
}

// Not decided: the same request may succeed later, as with a server that is overloaded.
bool undecided(const json::object& m) {
  const json::value* retry = m.if_contains("retry");
  return text_of(m, "type") == "error" && retry != nullptr && *retry == true;
}

// The field that is typed into under a lock of this place.
std::string typed_field(const std::string& place) {
  if (place.empty()) return "notes";
  return place == "address" ? "address.city" : place;
}

}  // namespace

void DeskUser::in_record() {
  if (deleted_.contains(open_->entity)) return close_record();
  const std::string place = kPlaces[random_() % std::size(kPlaces)];
  if (open_->state.is_null() || chance(0.1)) return say(json::object{{"field", place}, {"dirty", false}});
  if (chance(0.08)) return send_signal();
  if (chance(0.05)) return say(nullptr);
  if (chance(0.15)) return edit_field(place, 0, false, false);  // without asking for the lock
  if (chance(0.2)) return close_record();
  ask_lock(place, false);
}

void DeskUser::say(json::value state) {
  const std::string text = json::serialize(state);
  open_->state = state;
  if (state.is_object()) {
    book_.said.put(open_->entity, said_session_, std::move(state));
  } else {
    (void)book_.said.take_out(open_->entity, said_session_);
  }
  world_.stats.count("presence said");
  request("presence", fmt::format(R"("subscription":{},"state":{})", open_->subscription, text),
          [this](const Answer& answer) {
            if (undecided(answer.m)) return say_again();
            if (answer.type != "ok") breach("presence was answered with " + json::serialize(answer.m));
          });
}

void DeskUser::say_again() {
  world_.loop.at(now_seconds() + 0.2, [this] {
    if (here_ && open_) say(open_->state);
  });
}

void DeskUser::send_signal() {
  world_.stats.count("signals sent");
  request(
      "signal",
      fmt::format(R"("subscription":{},"name":"look","data":{{"from":{}}})", open_->subscription, number_),
      [this](const Answer& answer) {
        if (answer.type != "ok" && !undecided(answer.m))
          breach("a signal was answered with " + json::serialize(answer.m));
      });
}

// ---- the lock ----

void DeskUser::ask_lock(const std::string& field, bool steal) {
  const bool short_lease = chance(0.3);
  busy_ = true;
  request("lock",
          place_text(open_->entity, field) + (steal ? R"(,"steal":true)" : "") +
              (short_lease ? fmt::format(R"(,"ttlMs":{})", kShortLeaseMs) : std::string()),
          [this, field, steal, short_lease,
           asked_after = book_.highest({open_->entity, field})](const Answer& answer) {
            lock_answered(answer, field, steal, asked_after);
            if (hold_) hold_->short_lease = short_lease;
          });
}

void DeskUser::lock_answered(const Answer& answer, const std::string& field, bool steal,
                             std::uint64_t asked_after) {
  busy_ = false;
  world_.stats.lock(now_seconds(), answer.micros);
  if (answer.type == "locked") {
    world_.stats.count(steal ? "locks stolen" : "locks granted");
    hold_ = Hold{open_->entity, field, number_of(answer.m, "fence"),
                 false,         false, static_cast<int>(2 + random_() % 5)};
    if (const auto wrong = book_.granted({open_->entity, field}, hold_->fence, asked_after, 0))
      breach(*wrong);
    return say(json::object{{"field", field}, {"dirty", true}});
  }
  if (undecided(answer.m)) return;
  if (answer.type == "error" && text_of(answer.m, "code") == "not_found") return;  // it is deleted
  if (answer.type != "denied") {
    return breach("a lock was answered with " + json::serialize(answer.m).substr(0, 300));
  }
  world_.stats.count("locks denied");
  if (steal) breach(fmt::format("{} {} could not be stolen", open_->entity, field));
  const json::value* holder = answer.m.if_contains("holder");
  if (holder == nullptr || text_of(holder->as_object(), "sessionId") == session_) {
    breach("a lock was denied for the sake of nobody else: " + json::serialize(answer.m).substr(0, 300));
  }
  if (!overlap(text_of(answer.m, "field"), field)) {
    breach(fmt::format("a lock of {} was denied for {}", field, text_of(answer.m, "field")));
  }
  if (world_.quiet) return;
  if (chance(0.35)) return edit_field(field, 0, false, true);
  if (chance(0.35)) return ask_lock(field, true);
}

// The page was loaded anew: the new session takes the lock of the old one over by its fence.
void DeskUser::take_back() {
  busy_ = true;
  request("lock", place_text(hold_->entity, hold_->field) + fmt::format(R"(,"fence":{})", hold_->fence),
          [this](const Answer& answer) {
            busy_ = false;
            world_.stats.lock(now_seconds(), answer.micros);
            if (!hold_ || hold_->lost) return;
            if (undecided(answer.m)) return take_back();
            if (answer.type != "locked") return lose_hold("locks lost before they were taken back");
            world_.stats.count("locks taken back");
            if (number_of(answer.m, "fence") == hold_->fence) return;
            breach(fmt::format("a lock taken back by fence {} came under {}", hold_->fence,
                               number_of(answer.m, "fence")));
          });
}

void DeskUser::renew() {
  busy_ = true;
  request("lock", place_text(hold_->entity, hold_->field) + fmt::format(R"(,"fence":{})", hold_->fence),
          [this](const Answer& answer) {
            busy_ = false;
            world_.stats.lock(now_seconds(), answer.micros);
            if (answer.type != "locked" || !hold_ || hold_->lost) return;
            world_.stats.count("locks renewed");
            if (const auto wrong = book_.granted({hold_->entity, hold_->field}, number_of(answer.m, "fence"),
                                                 hold_->fence, hold_->fence)) {
              breach(*wrong);
            }
          });
}

void DeskUser::release() {
  busy_ = true;
  const Hold held = *hold_;
  request("unlock", place_text(held.entity, held.field) + fmt::format(R"(,"fence":{})", held.fence),
          [this, held](const Answer& answer) {
            busy_ = false;
            if (undecided(answer.m)) return;  // released once more with the next act
            if (answer.type == "unlocked") {
              world_.stats.count("locks released");
            } else if (hold_ && !hold_->lost) {
              must_be_told(held.fence);
            }
            hold_.reset();
          });
}

void DeskUser::type_on() {
  if (hold_->lost) {
    edit_field(hold_->field, hold_->fence, true, false);  // it must be refused
    return hold_.reset();
  }
  if (hold_->edits_left-- <= 0) return release();
  if (chance(0.4)) say(json::object{{"field", hold_->field}, {"dirty", true}, {"left", hold_->edits_left}});
  if (chance(0.05)) send_signal();
  if (chance(0.08)) return renew();
  if (hold_->short_lease && chance(0.2)) {
    idle_until_ = now_seconds() + uniform(5.5, 7);  // coffee: longer than the lease
    return;
  }
  edit_field(hold_->field, hold_->fence, false, false);
}

void DeskUser::edit_field(const std::string& place, std::uint64_t fence, bool lock_lost, bool denied) {
  const std::string& entity = open_->entity;
  if (!known_.contains(entity)) return;
  Edit edit;
  edit.mutation = new_mutation();
  edit.entity = entity;
  edit.base = known_.at(entity);
  edit.merge = true;
  edit.field = typed_field(place);
  edit.fence = fence;
  edit.lock_lost = lock_lost;
  edit.denied = denied;
  edit.text = fmt::format(
      R"({{"op":"update","entityType":"LoadItem","entityId":"{}","baseVersion":{},"strategy":"merge"{},"set":{{"{}":"{}"}}}})",
      entity, edit.base, fence == 0 ? std::string() : fmt::format(R"(,"fences":[{}])", fence), edit.field,
      edit.mutation);
  book_.sent(edit.mutation, fence);
  submit(std::move(edit));
}

}  // namespace load
