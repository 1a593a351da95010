// What every Store must keep, as checks that run on any of them and report instead of failing, so that they
// can also be run on stores that are broken on purpose: a contract that such a store passes is no contract.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/search_text.hpp"
#include "storage/store.hpp"

namespace coterie::testing {

// A store, and whatever reads beside it; where there is no reader of its own the store answers for itself.
struct Subject {
  std::unique_ptr<Store> store;
  std::unique_ptr<Reader> own_reader;
  Reader& reader() { return own_reader ? *own_reader : *store; }
};
struct SubjectOptions {
  std::uint64_t resume_events = 1'000'000;
};
// What each store of the contract searches: of cars `name` and `note.text`.
SearchFields contract_search();
using MakeSubject = std::function<Subject(const SubjectOptions&)>;  // empty each time

class Findings {
 public:
  void expect(bool holds, std::string_view what) {
    if (!holds) breaches_.push_back(check_ + ": " + std::string(what));
  }
  void begin(std::string_view check) { check_ = check; }
  const std::vector<std::string>& breaches() const { return breaches_; }

 private:
  std::string check_;
  std::vector<std::string> breaches_;
};

struct ContractCheck {
  std::string_view name;  // a sentence
  void (*run)(const MakeSubject& make, Findings& findings);
};

std::vector<ContractCheck> commit_checks();
std::vector<ContractCheck> answer_checks();
std::vector<ContractCheck> list_checks();
std::vector<ContractCheck> log_checks();
std::vector<ContractCheck> inbox_checks();
std::vector<ContractCheck> rule_checks();
std::vector<ContractCheck> history_checks();
std::vector<ContractCheck> search_checks();
std::vector<ContractCheck> retention_checks();

// Runs all of them, each on a store of its own. What was breached, one line each; empty: the store keeps the
// contract.
std::vector<std::string> breaches_of(const MakeSubject& make);

}  // namespace coterie::testing
