#include "persistence/plan_renewal.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace fief::persistence {

TEST_CASE("plans are renewed each time the rows of a statement have doubled") {
  plan_renewal plans;
  std::vector<std::uint64_t> due_at;
  for (std::uint64_t rows = 1; rows <= 1'000; ++rows) {
    plans.note("one", 1);
    if (plans.take_due())
      due_at.push_back(rows);
  }
  CHECK(due_at == std::vector<std::uint64_t>{64, 128, 256, 512});
}

TEST_CASE("a run over many rows makes plans due once") {
  plan_renewal plans;
  plans.note("one", 10'000);
  CHECK(plans.take_due());
  CHECK_FALSE(plans.take_due());
  plans.note("one", 9'999);
  CHECK_FALSE(plans.take_due());
  plans.note("one", 1);
  CHECK(plans.take_due());
}

TEST_CASE("each statement is counted by itself") {
  plan_renewal plans;
  for (auto i = 0; i < 63; ++i) {
    plans.note("one", 1);
    plans.note("other", 1);
  }
  CHECK_FALSE(plans.take_due());
  plans.note("other", 1);
  CHECK(plans.take_due());
}

} // namespace fief::persistence
