// The bytes of a connection, through the real parser, gate, router and endpoints. The first byte
// says in pieces of how many bytes they come.

#include "base/assert.hpp"
#include "tests/fuzz/edge.hpp"
#include "tests/fuzz/target.hpp"

#include <algorithm>

namespace fief::fuzz {

namespace {

/// The statuses of what a stream was answered. `100 Continue` depends on what has come already.
std::vector<int> statuses_of(std::string_view stream, std::size_t piece) {
  std::vector<int> statuses;
  for (const auto& each : edge::here().serve(stream, piece)) {
    const auto status = check_answer(each);
    FIEF_ASSERT(status < 500);
    if (status != 100)
      statuses.push_back(status);
  }
  return statuses;
}

/// How the bytes are cut is no affair of the answers, but for the last: what can never become a
/// request is refused at once, or ends the connection with the stream.
void check_same(std::vector<int> a, std::vector<int> b) {
  if (a.size() < b.size())
    std::swap(a, b);
  if (a.size() > b.size()) {
    FIEF_ASSERT(a.size() == b.size() + 1 && a.back() == 400);
    a.pop_back();
  }
  FIEF_ASSERT(a == b);
}

const enlist http{"http", [](bytes input) {
                    if (input.empty())
                      return;
                    edge::here().refuse_with(std::nullopt);
                    const auto stream = text_of(input.subspan(1));
                    const auto whole = statuses_of(stream, stream.size());
                    // A request has a line each at least.
                    const auto lines = std::count(stream.begin(), stream.end(), '\n');
                    FIEF_ASSERT(whole.size() <= static_cast<std::size_t>(lines) + 1);
                    if (input[0] > 0)
                      check_same(whole, statuses_of(stream, input[0]));
                  }};

} // namespace

} // namespace fief::fuzz
