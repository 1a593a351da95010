#include "bench/load/presence_picture.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

namespace load {

void PresencePicture::put(const std::string& entity, const std::string& session, boost::json::value state) {
  all_[entity][session] = std::move(state);
}

Objection PresencePicture::take_out(const std::string& entity, const std::string& session) {
  const auto record = all_.find(entity);
  if (record == all_.end() || record->second.erase(session) == 0) {
    return fmt::format("{} left {} without having been there", session, entity);
  }
  if (record->second.empty()) all_.erase(record);
  return std::nullopt;
}

void PresencePicture::end_session(const std::string& session) {
  for (auto& [entity, there] : all_) there.erase(session);
  std::erase_if(all_, [](const auto& record) { return record.second.empty(); });
}

void PresencePicture::show(const std::string& entity, OfRecord there) {
  if (there.empty()) {
    all_.erase(entity);
  } else {
    all_[entity] = std::move(there);
  }
}

Objection PresencePicture::differs_from(const PresencePicture& truth) const {
  const OfRecord nobody;
  for (const auto& [entity, there] : all_) {
    const auto found = truth.all_.find(entity);
    const OfRecord& really = found == truth.all_.end() ? nobody : found->second;
    for (const auto& [session, state] : there) {
      const auto said = really.find(session);
      if (said == really.end()) return fmt::format("{} is shown in {} and is not there", session, entity);
      if (said->second != state) {
        return fmt::format("{} is shown in {} as {} and said {}", session, entity,
                           boost::json::serialize(state), boost::json::serialize(said->second));
      }
    }
  }
  for (const auto& [entity, really] : truth.all_) {
    const auto found = all_.find(entity);
    for (const auto& [session, state] : really) {
      if (found == all_.end() || !found->second.contains(session)) {
        return fmt::format("{} is in {} and is not shown", session, entity);
      }
    }
  }
  return std::nullopt;
}

}  // namespace load
