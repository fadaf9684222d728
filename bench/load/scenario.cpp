#include "bench/load/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>
#include <toml++/toml.h>

namespace fief::load {

namespace {

/// Reads the keys of one table and refuses those that nobody asked for.
class section {
public:
  section(const toml::table& table, std::string name, const std::string& file)
    : table_(table), name_(std::move(name)), file_(file) {}

  [[noreturn]] void refuse(const std::string& key, const std::string& why) const {
    auto full = name_.empty() ? key : name_ + "." + key;
    throw bad_scenario{file_ + ": " + full + ": " + why};
  }

  void number(const char* key, double& to, double min, double max) {
    if (const auto* node = find(key))
      to = checked(key, *node, min, max);
  }
  template <std::integral T>
  void whole(const char* key, T& to, double min, double max) {
    const auto* node = find(key);
    if (node == nullptr)
      return;
    if (!node->is_integer())
      refuse(key, "is not a whole number; allowed: " + range(min, max));
    to = static_cast<T>(checked(key, *node, min, max));
  }
  void both(const char* key, span& to, double min, double max) {
    const auto* node = find(key);
    if (node == nullptr)
      return;
    const auto* list = node->as_array();
    if (list == nullptr || list->size() != 2)
      refuse(key, "is not a pair such as [60, 300]; allowed: two numbers, each " + range(min, max));
    to = {checked(key, *list->get(0), min, max), checked(key, *list->get(1), min, max)};
    if (to.from > to.to)
      refuse(key, "the first number is greater than the second; allowed: [least, most]");
  }
  std::optional<std::string> text(const char* key) {
    const auto* node = find(key);
    if (node == nullptr)
      return std::nullopt;
    if (!node->is_string())
      refuse(key, "is not a text");
    return node->as_string()->get();
  }
  const toml::array* list(const char* key) {
    const auto* node = find(key);
    if (node != nullptr && !node->is_array())
      refuse(key, "is not a list");
    return node == nullptr ? nullptr : node->as_array();
  }
  const toml::table* table(const char* key) {
    const auto* node = find(key);
    if (node != nullptr && !node->is_table())
      refuse(key, std::string{"is not a table; write ["} + key + "]");
    return node == nullptr ? nullptr : node->as_table();
  }

  /// @pre Every known key was asked for.
  void finish() const {
    for (const auto& [key, value] : table_) {
      std::string name{key.str()};
      if (known_.contains(name))
        continue;
      std::string allowed;
      for (const auto& each : known_)
        allowed += (allowed.empty() ? "" : ", ") + each;
      refuse(name, "is no key of a scenario; allowed here: " + allowed);
    }
  }

private:
  const toml::node* find(const char* key) {
    known_.insert(key);
    return table_.get(key);
  }
  static std::string shown(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.10g", x);
    return text;
  }
  static std::string range(double min, double max) {
    return "from " + shown(min) + " to " + shown(max);
  }
  double checked(const char* key, const toml::node& node, double min, double max) const {
    auto value = node.value<double>();
    if (!value || std::isnan(*value))
      refuse(key, "is not a number; allowed: " + range(min, max));
    if (*value < min || *value > max)
      refuse(key, shown(*value) + " is out of range; allowed: " + range(min, max));
    return *value;
  }

  const toml::table& table_;
  std::string name_;
  const std::string& file_;
  std::set<std::string> known_;
};

constexpr double people_max = 200'000;
constexpr double hours_24 = 86'400;

shape shape_of(const section& in, const toml::node& node) {
  auto name = node.value<std::string>().value_or("");
  if (name == "loop")
    return shape::loop;
  if (name == "out_and_back")
    return shape::out_and_back;
  if (name == "laps")
    return shape::laps;
  in.refuse("shapes", "\"" + name + "\" is no shape; allowed: loop, out_and_back, laps");
}

std::int32_t local_second(const section& in, const std::string& text) {
  int hour = -1;
  int minute = -1;
  int second = -1;
  char more = 0;
  auto read = std::sscanf(text.c_str(), "%2d:%2d:%2d%c", &hour, &minute, &second, &more);
  if (read != 3 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    in.refuse("finish_at", "\"" + text + "\" is no time of day; allowed: HH:MM:SS");
  return hour * 3'600 + minute * 60 + second;
}

void read_runners(section in, scenario::runner_part& to) {
  in.whole("count", to.count, 0, people_max);
  in.both("run_s", to.run_s, 1, hours_24);
  in.both("rest_s", to.rest_s, 0, hours_24);
  in.both("speed_mps", to.speed_mps, 0.5, 6.5);
  in.number("batch_s", to.batch_s, 1, 600);
  in.number("drop_share", to.drop_share, 0, 1);
  in.both("drop_s", to.drop_s, 1, 3'600);
  in.number("late_share", to.late_share, 0, 1);
  in.number("ticket_share", to.ticket_share, 0, 1);
  if (const auto* list = in.list("shapes")) {
    to.shapes.clear();
    for (const auto& each : *list)
      to.shapes.push_back(shape_of(in, each));
    if (to.shapes.empty())
      in.refuse("shapes", "is empty; allowed: loop, out_and_back, laps");
  }
  if (auto text = in.text("finish_at"))
    to.finish_at_s = local_second(in, *text);
  in.finish();
}

void read_events(section in, scenario::event_part& to) {
  in.whole("count", to.count, 0, 100);
  if (auto metric = in.text("metric")) {
    if (*metric != "territory" && *metric != "distance")
      in.refuse("metric", "\"" + *metric + "\" is not played; allowed: territory, distance");
    to.metric = *metric;
  }
  in.whole("fee_cents", to.fee_cents, 0, 1e8);
  in.whole("pot_cents", to.pot_cents, 0, 1e8);
  in.whole("grant_cents", to.grant_cents, 0, 1e8);
  in.finish();
}

void read_city(section& in, scenario& to) {
  auto name = in.text("city").value_or("zagreb");
  auto found = find_city(name);
  auto lat = std::numeric_limits<double>::quiet_NaN();
  auto lon = lat;
  in.number("lat", lat, -80, 80);
  in.number("lon", lon, -179, 179);
  auto tz = in.text("tz");
  if (std::isnan(lat) != std::isnan(lon))
    in.refuse("lat", "stands alone; allowed: lat and lon together, or a city that is known");
  if (!std::isnan(lat)) {
    to.where = {name, tz.value_or(found ? found->tz : "UTC"), lat, lon};
    return;
  }
  if (!found) {
    std::string allowed;
    for (const auto& each : known_cities())
      allowed += (allowed.empty() ? "" : ", ") + each.name;
    in.refuse("city", "\"" + name + "\" is not known; allowed: " + allowed
                        + ", or any name with lat, lon and tz");
  }
  to.where = *found;
  if (tz)
    to.where.tz = *tz;
}

} // namespace

scenario parse_scenario(const std::string& text, const std::string& file) {
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    std::ostringstream why;
    why << file << ":" << error.source().begin.line << ": " << error.description();
    throw bad_scenario{why.str()};
  }
  scenario to;
  section in{root, "", file};
  to.name = in.text("name").value_or("unnamed");
  in.number("duration_s", to.duration_s, 1, hours_24);
  in.number("ramp_s", to.ramp_s, 0, hours_24);
  in.number("speed", to.speed, 1, 1'000);
  in.whole("seed", to.seed, 0, 1e15);
  read_city(in, to);
  in.number("spread_m", to.spread_m, 100, 50'000);
  if (const auto* part = in.table("runners"))
    read_runners({*part, "runners", file}, to.runners);
  if (const auto* part = in.table("watchers")) {
    section watchers{*part, "watchers", file};
    watchers.whole("count", to.watchers.count, 0, people_max);
    watchers.number("box_m", to.watchers.box_m, 100, 8'000);
    watchers.number("move_every_s", to.watchers.move_every_s, 0, hours_24);
    watchers.number("ping_every_s", to.watchers.ping_every_s, 0.1, 25);
    watchers.finish();
  }
  if (const auto* part = in.table("buyers")) {
    section buyers{*part, "buyers", file};
    buyers.whole("count", to.buyers.count, 0, people_max);
    buyers.number("every_s", to.buyers.every_s, 0.05, 3'600);
    buyers.finish();
  }
  if (const auto* part = in.table("events"))
    read_events({*part, "events", file}, to.events);
  in.finish();
  check_scenario(to, file);
  return to;
}

scenario read_scenario(const std::string& file) {
  std::ifstream in{file};
  if (!in)
    throw bad_scenario{file + ": there is no such file that can be read"};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  return parse_scenario(text, file);
}

void check_scenario(const scenario& x, const std::string& file) {
  auto refuse = [&](const std::string& why) { throw bad_scenario{file + ": " + why}; };
  if (x.people() == 0)
    refuse("runners.count, watchers.count, buyers.count: nobody plays; allowed: at least one "
           "person in all");
  if (x.ramp_s > x.duration_s)
    refuse("ramp_s: is longer than duration_s; allowed: at most that");
  if (x.runners.finish_at_s && x.speed != 1)
    refuse("speed: must be 1 with runners.finish_at, which is an instant of the server's clock; "
           "start the server with --clock-speed instead");
}

} // namespace fief::load
