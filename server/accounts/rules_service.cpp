#include "server/accounts/rules_service.hpp"

#include <string_view>

#include "server/accounts/sign_in_service.hpp"

namespace coterie {
namespace {

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

RulesText text_of(const RulesRead& read) { return {read.source, read.hash}; }

void RulesService::set(const RulesRead& read, Version expected, const Act& act, Done done) {
  auto shared = std::make_shared<Done>(std::move(done));
  const bool taken =
      desk_.ask([text = text_of(read), expected,
                 act](AccountStore& store) { return store.set_rules(text, RulesOrigin::api, expected, act); },
                [this, shared](RulesChanged changed) { answer(std::move(changed), std::move(*shared)); });
  if (!taken) (*shared)(too_busy());
}

std::optional<RulesService::Rules> RulesService::begin_file(const RulesRead& read) {
  const bool alone = ++files_ == 1;
  return alone && read.hash == file_hash_ ? std::nullopt : std::optional(read.rules);
}

void RulesService::drop_file() {
  --files_;
  put_in_force();
}

void RulesService::take_file(const RulesRead& read, bool in_force, Timestamp now, Done done) {
  auto shared = std::make_shared<Done>(std::move(done));
  const bool taken = desk_.ask(
      [text = text_of(read), now](AccountStore& store) -> RulesChanged {
        Result<RulesVersion> newest = store.take_file_rules(text, now);
        if (!newest) return newest.error();
        return std::move(*newest);
      },
      [this, shared, in_force, hash = read.hash](RulesChanged changed) {
        file_taken(hash, in_force, changed);
        answer(std::move(changed), std::move(*shared));
      });
  if (taken) return;
  file_taken(read.hash, in_force, too_busy());
  (*shared)(too_busy());
}

// Where no version says what is in force, the newest one is put in force anew.
void RulesService::file_taken(const std::string& hash, bool in_force, const RulesChanged& taken) {
  const auto* const version = std::get_if<RulesVersion>(&taken);
  if (in_force) now_in_force(version != nullptr && version->text.hash == hash ? version->version : Version());
  if (version != nullptr) {
    file_hash_ = hash;
    tell_overridden();
  }
  drop_file();
}

// What was written has been learned already: it came in the same task.
void RulesService::answer(RulesChanged changed, Done done) {
  const auto* const version = std::get_if<RulesVersion>(&changed);
  if (version == nullptr || version->version <= in_force_) return done(std::move(changed));
  const Version awaited = version->version;
  wait_.emplace_back(awaited, [changed = std::move(changed), done = std::move(done)] { done(changed); });
}

void RulesService::learn(const RulesVersion& version) {
  if (version.version <= newest_.version) return;
  Result<RulesRead> read = read_access_source(version.text.source);
  if (!read) {
    // Written by a newer program. What is in force stays so, and the version is looked at no more.
    log_.error("rules_refused", {{"version", number(version.version.value())},
                                 {"reason", std::string_view(read.error().message)}});
    return;
  }
  const RulesVersion before = std::exchange(newest_, version);
  rules_ = std::move(read->rules);
  note(before);
  put_in_force();
}

void RulesService::note(const RulesVersion& before) const {
  const std::int64_t version = number(newest_.version.value());
  const std::string_view origin = to_text(newest_.origin);
  const std::string_view by = newest_.set_by.value();
  if (rules_ != nullptr) {
    log_.info(
        "rules_changed",
        {{"version", version}, {"origin", origin}, {"by", by}, {"types", number(rules_->all().size())}});
  } else if (!before.text.source.empty()) {
    log_.warn("rules_removed", {{"version", version},
                                {"origin", origin},
                                {"by", by},
                                {"means", std::string_view("everyone who is signed in may everything")}});
  }
}

void RulesService::tell() const {
  if (rules_ != nullptr) {
    log_.info("rules", {{"version", number(newest_.version.value())},
                        {"origin", to_text(newest_.origin)},
                        {"by", std::string_view(newest_.set_by.value())},
                        {"types", number(rules_->all().size())}});
  }
  tell_overridden();
}

void RulesService::tell_overridden() const {
  if (!overrides_file()) return;
  log_.warn("rules_file_overridden",
            {{"version", number(newest_.version.value())}, {"by", std::string_view(newest_.set_by.value())}});
}

void RulesService::put_in_force() {
  if (putting_ || files_ > 0 || in_force_ == newest_.version || !put_) return;
  putting_ = put_(rules_, [this, version = newest_.version] {
    putting_ = false;
    now_in_force(version);
    put_in_force();  // what has come meanwhile
  });
}

void RulesService::now_in_force(Version version) {
  in_force_ = version;
  std::vector<std::function<void()>> ready;
  std::erase_if(wait_, [&](auto& one) {
    if (one.first > version) return false;
    ready.push_back(std::move(one.second));
    return true;
  });
  for (const auto& tell : ready) tell();
}

void RulesService::sweep() { put_in_force(); }

}  // namespace coterie
