#include "tests/contract/store_contract.hpp"

#include <exception>

namespace coterie::testing {

std::vector<std::string> breaches_of(const MakeSubject& make) {
  Findings findings;
  for (const auto& checks : {commit_checks(), answer_checks(), list_checks(), log_checks(), inbox_checks(),
                             rule_checks(), history_checks(), search_checks(), retention_checks()}) {
    for (const ContractCheck& check : checks) {
      findings.begin(check.name);
      try {
        check.run(make, findings);
      } catch (const std::exception& failure) {  // an answer was asked for its value and had none
        findings.expect(false, failure.what());
      }
    }
  }
  return findings.breaches();
}

}  // namespace coterie::testing
