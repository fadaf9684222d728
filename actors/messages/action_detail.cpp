#include "actors/messages/action_detail.hpp"

#include "base/json_writer.hpp"

#include <string_view>

namespace fief::actors {

namespace {

using base::json_writer;

/// An object whose members are written one after the other. Its text is empty without any.
class object {
public:
  object() : out_(text_) { out_.begin_object(); }

  template <class T>
  object& member(std::string_view name, const T& x) {
    write(key(name), x);
    return *this;
  }
  /// A member only where the two differ, as a pair.
  template <class T>
  object& change(std::string_view name, const T& before, const T& after) {
    return before == after ? *this : pair(name, before, after);
  }
  template <class T>
  object& pair(std::string_view name, const T& before, const T& after) {
    key(name).begin_array();
    write(out_, before);
    write(out_, after);
    out_.end_array();
    return *this;
  }
  std::string take() {
    if (empty_)
      return {};
    out_.end_object();
    return std::move(text_);
  }

private:
  json_writer& key(std::string_view name) {
    empty_ = false;
    return out_.key(name);
  }
  template <class T>
  static void write(json_writer& out, const T& x) {
    out.value(x);
  }
  static void write(json_writer& out, game::metric x) { out.value(game::to_string(x)); }
  static void write(json_writer& out, const event_area& x) {
    constexpr double e7 = 1e7;
    if (x.radius_m == 0) {
      out.null();
      return;
    }
    out.begin_object().member("lat", x.center.lat_e7 / e7).member("lon", x.center.lon_e7 / e7);
    out.member("radius_m", x.radius_m).end_object();
  }
  static void write(json_writer& out, const std::vector<std::string>& x) {
    out.begin_array();
    for (const auto& each : x)
      out.value(each);
    out.end_array();
  }

  std::string text_;
  json_writer out_;
  bool empty_ = true;
};

std::vector<std::string> names_of_roles(std::uint8_t bits) {
  std::vector<std::string> names;
  if ((bits & role_runner) != 0)
    names.emplace_back("runner");
  if ((bits & role_organiser) != 0)
    names.emplace_back("organiser");
  if ((bits & role_operator) != 0)
    names.emplace_back("operator");
  return names;
}

/// Lines may have thousands of points: the log tells how many.
void change_line(object& to, std::string_view name, const std::vector<waypoint>& before,
                 const std::vector<waypoint>& after) {
  if (before != after)
    to.pair(name, before.size(), after.size());
}

} // namespace

std::string created_detail(const event_record& x) {
  object out;
  out.member("name", x.name).member("starts_at", x.starts_at).member("cut_at", x.cut_at);
  out.member("metric", x.metric).member("entry_fee_cents", x.entry_fee_cents);
  return out.member("pot_cents", x.pot_cents).take();
}

std::string edited_detail(const event_record& a, const event_record& b) {
  object out;
  out.change("name", a.name, b.name).change("city", a.city, b.city).change("tz", a.tz, b.tz);
  out.change("starts_at", a.starts_at, b.starts_at).change("cut_at", a.cut_at, b.cut_at);
  out.change("metric", a.metric, b.metric);
  out.change("entry_fee_cents", a.entry_fee_cents, b.entry_fee_cents);
  out.change("pot_cents", a.pot_cents, b.pot_cents);
  out.change("distance_m", a.distance_m, b.distance_m);
  change_line(out, "course_points", a.course, b.course);
  change_line(out, "checkpoints", a.checkpoints, b.checkpoints);
  out.change("area", a.area, b.area);
  return out.change("live_spectators", a.live_spectators, b.live_spectators).take();
}

std::string cancelled_detail(std::int64_t tickets, std::int64_t refunded_cents) {
  return object{}.member("tickets", tickets).member("refunded_cents", refunded_cents).take();
}

std::string granted_detail(const buy_ticket& x) {
  return object{}.member("event", x.event).member("ticket", x.ticket).take();
}

std::string granted_detail(const grant_coins& x) {
  return object{}.member("coins_cents", x.coins_cents).member("reason", x.reason).take();
}

std::string rights_detail(const user_record& a, const user_record& b) {
  object out;
  if (a.roles != b.roles)
    out.pair("roles", names_of_roles(a.roles), names_of_roles(b.roles));
  return out.change("banned", a.banned, b.banned).take();
}

std::string verdict_detail(const run_record& before, const std::string& note) {
  object out;
  out.member("was", std::string_view{before.state == run_state::flagged ? "flagged" : "accepted"});
  return out.member("reasons", before.reasons).member("note", note).take();
}

} // namespace fief::actors
