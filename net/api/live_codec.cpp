#include "net/api/live_codec.hpp"

#include "net/api/records_codec.hpp"
#include "net/problem.hpp"

namespace fief::net {

namespace {

// Milliseconds of the years 0000 and 9999.
constexpr std::int64_t t_min = -62'167'219'200'000;
constexpr std::int64_t t_max = 253'402'300'799'999;
constexpr string_bounds id_bounds{.min = 1, .max = 64};

/// One message: `{"type": ..., <members>}`.
template <class Members>
socket::payload message(std::string_view type, Members members) {
  auto text = std::make_shared<std::string>();
  base::json_writer out{*text};
  out.begin_object().member("type", type);
  members(out);
  out.end_object();
  return text;
}

records_codec codec_of(base::json_writer& out) {
  return {out, instant_form::ms};
}

} // namespace

// -- from the client ------------------------------------------------------------------------------

bool read_hello(json_object& in, hello_message& out) {
  out.token = in.optional_string("token", {.min = 1, .max = 4096});
  if (auto run = in.optional_uuid("run"))
    out.run = game::run_id{*run};
  if (auto t = in.optional_integer("device_time", t_min, t_max))
    out.device_time = base::from_ms(*t);
  return in.finish();
}

bool read_finish(json_object& in, finish_message& out) {
  out.run = game::run_id{in.uuid("run")};
  out.total_seq =
    static_cast<std::uint32_t>(in.integer("total_seq", 0, game::fix_limits::fixes_max));
  return in.finish();
}

bool read_subscribe(json_object& in, subscribe_message& out) {
  out.id = in.string("id", id_bounds);
  const auto box = in.numbers("bbox", 4, 4);
  if (auto since = in.optional_integer("since", 0, std::numeric_limits<std::int64_t>::max()))
    out.since = static_cast<std::uint64_t>(*since);
  if (box.size() == 4) {
    out.box = {box[0], box[1], box[2], box[3]};
    if (!game::is_valid(out.box))
      in.refuse("bbox", "out_of_range", "This must be [west, south, east, north] in degrees.");
  }
  return in.finish();
}

bool read_unsubscribe(json_object& in, std::string_view& id) {
  id = in.string("id", id_bounds);
  return in.finish();
}

bool read_ping(json_object& in, std::int64_t& n) {
  n = in.integer("n", 0, std::numeric_limits<std::int64_t>::max());
  return in.finish();
}

std::string ref_of(json_document& document, std::string_view text) {
  simdjson::dom::element root;
  simdjson::dom::object object;
  if (document.parse_raw(text, root) || root.get(object))
    return {};
  for (std::string_view name : {"id", "run", "type"}) {
    std::string_view value;
    if (!object[name].get(value) && value.size() <= id_bounds.max)
      return std::string{value};
  }
  return {};
}

std::string sentence_of(const problem& x) {
  if (x.code == "malformed_json")
    return "The message is not the JSON object it should be.";
  std::string out;
  for (const auto& each : x.errors)
    out.append(out.empty() ? "" : " ").append(each.field).append(": ").append(each.detail);
  return out;
}

// -- to the client --------------------------------------------------------------------------------

socket::payload write_error(const live_error& x) {
  return message("error", [&](base::json_writer& out) {
    out.member("code", x.code).member("detail", x.detail);
    if (!x.ref.empty())
      out.member("ref", x.ref);
    if (x.missing != nullptr) {
      out.member("ack", x.missing->ack).key("want");
      codec_of(out).seq_ranges(x.missing->want);
    }
  });
}

socket::payload write_bye(std::string_view reason) {
  return message("bye", [&](base::json_writer& out) {
    out.member("reason", reason).member("retry_after_ms", 0);
  });
}

socket::payload write_pong(std::int64_t n) {
  return message("pong", [&](base::json_writer& out) { out.member("n", n); });
}

socket::payload write_welcome(game::instant now) {
  return message("welcome",
                 [&](base::json_writer& out) { out.member("server_time", base::to_ms(now)); });
}

socket::payload write_welcome(const actors::session_attached& x, game::run_id run) {
  return message("welcome", [&](base::json_writer& out) {
    out.member("server_time", base::to_ms(x.server_time)).key("user").begin_object();
    out.member("id", x.user.id).member("username", x.user.username).end_object();
    if (run.is_nil())
      return;
    out.member("run", run).member("ack", x.run.ack).key("want");
    codec_of(out).seq_ranges(x.run.want);
    if (x.run.event_cut_at)
      out.member("event_cut_at", base::to_ms(*x.run.event_cut_at));
  });
}

socket::payload write_ack(const actors::fixes_stored& x) {
  return message("ack", [&](base::json_writer& out) {
    out.member("run", x.run).member("ack", x.ack).key("want");
    codec_of(out).seq_ranges(x.want);
  });
}

socket::payload write_tiles(const actors::tiles_passed& x) {
  return message("tiles", [&](base::json_writer& out) {
    out.member("run", x.run).key("passed").begin_array();
    for (auto tile : x.tiles)
      out.value(game::to_token(tile));
    out.end_array();
  });
}

socket::payload write_run(const actors::run_record& x) {
  return message("run", [&](base::json_writer& out) {
    out.key("run");
    codec_of(out).run(x);
  });
}

socket::payload write_event(const actors::event_record& x, game::instant now) {
  return message("event", [&](base::json_writer& out) {
    out.key("event");
    codec_of(out).event(x, now);
  });
}

socket::payload write_mining(const game::account& x, game::instant now,
                             const game::mining_rules& rules) {
  return message("mining",
                 [&](base::json_writer& out) { codec_of(out).mining_members(x, now, rules); });
}

socket::payload write_notice(const actors::notification& x) {
  return message("notice", [&](base::json_writer& out) {
    out.key("notification");
    codec_of(out).notification(x);
  });
}

} // namespace fief::net
