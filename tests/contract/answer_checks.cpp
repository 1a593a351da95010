// The contract of stored answers and of numbers. Law 4.
#include "tests/contract/store_contract.hpp"
#include "tests/support/batch_builder.hpp"

namespace coterie::testing {
namespace {

std::string body_of(Store& store, std::string_view user, std::string_view mutation) {
  const auto found = store.answer(UserId{std::string(user)}, MutationId{std::string(mutation)}).value();
  return found ? found->body : std::string();
}

void found_by_both(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  BatchBuilder builder(*subject.store);
  builder.create("Car", "1", "{}");
  builder.answer("ann", "0193a5f2-1", "first").answer("bob", "0193a5f2-1", "second");
  builder.answer("ann", "0193a5f2-2", "third").answer("an", "n0193a5f2-1", "fourth");
  const StoredAnswer given = builder.batch().answers[0];
  builder.commit().value();

  findings.expect(body_of(*subject.store, "ann", "0193a5f2-1") == "first", "a user's answer");
  findings.expect(body_of(*subject.store, "bob", "0193a5f2-1") == "second",
                  "another user's under the same id");
  findings.expect(body_of(*subject.store, "ann", "0193a5f2-2") == "third",
                  "the same user's under another id");
  findings.expect(body_of(*subject.store, "an", "n0193a5f2-1") == "fourth",
                  "user and id are not run together");
  findings.expect(body_of(*subject.store, "carl", "0193a5f2-1").empty(), "a user without one has none");
  const auto found = subject.store->answer(UserId{"ann"}, MutationId{"0193a5f2-1"}).value();
  findings.expect(
      found && found->content == given.content && found->seq == given.seq && found->at == given.at,
      "content, seq and time come back");
}

void without_events(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});

  const bool taken = BatchBuilder(*subject.store).answer("ann", "m1", "checked").commit().has_value();

  findings.expect(taken, "an answer without a change is taken");
  findings.expect(body_of(*subject.store, "ann", "m1") == "checked", "it is kept");
  findings.expect(subject.reader().position().value().seq == Seq{}, "the seq stays");
}

void trim_all(Store& store, Timestamp before, std::uint64_t most_kept) {
  while (store.trim_answers(before, most_kept).value()) {
  }
}

void trimmed(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  for (int i = 1; i <= 10; ++i) {
    const std::string id = std::to_string(i);
    BatchBuilder(*subject.store).create("Car", id, "{}").answer("ann", "m" + id, id).commit().value();
  }

  trim_all(*subject.store, time_at(Seq{4}), 100);
  findings.expect(body_of(*subject.store, "ann", "m3").empty(), "those before the time are forgotten");
  findings.expect(body_of(*subject.store, "ann", "m4") == "4", "those of the time are kept");

  trim_all(*subject.store, time_at(Seq{4}), 3);
  findings.expect(body_of(*subject.store, "ann", "m7").empty(), "those beyond the number are forgotten");
  findings.expect(body_of(*subject.store, "ann", "m8") == "8", "the newest are kept");

  trim_all(*subject.store, time_at(Seq{100}), 100);
  findings.expect(body_of(*subject.store, "ann", "m10").empty(), "all may go");
  findings.expect(BatchBuilder(*subject.store).answer("ann", "m1", "again").commit().has_value(),
                  "a forgotten id may be answered again");
  findings.expect(body_of(*subject.store, "ann", "m1") == "again", "and is kept");
}

void many_trimmed(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  BatchBuilder builder(*subject.store);
  for (int i = 1; i <= 3000; ++i) builder.answer("ann", "m" + std::to_string(i), "x");
  builder.commit().value();

  trim_all(*subject.store, time_at(Seq{}), 10);

  findings.expect(body_of(*subject.store, "ann", "m2990").empty(), "all beyond the number are forgotten");
  findings.expect(body_of(*subject.store, "ann", "m2991") == "x", "as many as may stay do");
}

void numbers_go_up(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  BatchBuilder(*subject.store)
      .create("Car", "1", "{}")
      .number("order/2026", 1)
      .number("bill/2026", 5)
      .commit()
      .value();
  BatchBuilder(*subject.store).create("Car", "2", "{}").number("order/2026", 3).commit().value();

  findings.expect(subject.store->sequence("order/2026").value() == 3, "the last number given");
  findings.expect(subject.store->sequence("bill/2026").value() == 5, "each counter for itself");
  findings.expect(subject.store->sequence("order/2027").value() == 0, "a new counter has given none");
}

// The marks of a counter are committed by themselves too, where nothing else is.
void counter_alone(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  BatchBuilder(*subject.store).create("Car", "1", "{}").commit().value();
  BatchBuilder(*subject.store).number("fence", 1000).commit().value();
  findings.expect(subject.store->sequence("fence").value() == 1000, "the mark is kept");
  findings.expect(BatchBuilder(*subject.store).number("fence", 500).commit().has_error(),
                  "it never goes back");
  findings.expect(subject.store->sequence("fence").value() == 1000, "nor does what was refused change it");
  findings.expect(subject.store->position().value().seq == Seq{1}, "no commit is counted for it");
  BatchBuilder(*subject.store).create("Car", "2", "{}").number("fence", 2000).commit().value();
  findings.expect(subject.store->sequence("fence").value() == 2000, "and with others it goes on");
}

}  // namespace

std::vector<ContractCheck> answer_checks() {
  return {{"an answer is found by user and mutation together", found_by_both},
          {"an answer to a mutation that changed nothing", without_events},
          {"answers are forgotten oldest first, by age and by number", trimmed},
          {"many answers are forgotten in bounded steps", many_trimmed},
          {"numbers are remembered for each counter", numbers_go_up},
          {"a counter alone is committed", counter_alone}};
}

}  // namespace coterie::testing
