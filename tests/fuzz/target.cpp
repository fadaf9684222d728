#include "tests/fuzz/target.hpp"

namespace fief::fuzz {

namespace {

std::vector<target>& all() {
  static std::vector<target> list;
  return list;
}

} // namespace

const std::vector<target>& targets() {
  return all();
}

enlist::enlist(std::string_view name, void (*run)(bytes input)) {
  all().push_back({name, run});
}

} // namespace fief::fuzz
