#include "game/same_run.hpp"
#include "net/api/api.hpp"

#include <array>

namespace fief::net {

namespace {

/// What the decoder looks into; anything else is refused by its name already.
const std::vector<std::string> file_types{"application/gpx+xml",
                                          "application/vnd.garmin.tcx+xml",
                                          "application/vnd.ant.fit",
                                          "application/fit",
                                          "application/octet-stream",
                                          "application/xml",
                                          "text/xml",
                                          "text/plain",
                                          "application/json"};

/// What the user says counts where the file says nothing, or nothing of the kind that takes tiles:
/// a virtual run is none because somebody calls it one.
game::sport sport_of(const actors::file_decoded& file, std::optional<game::sport> declared) {
  if (!declared || (file.sport_known && !game::takes_territory(file.sport)))
    return file.sport;
  return *declared;
}

std::string media_type_of(const http_request& request) {
  auto text = request.header("Content-Type");
  std::string out{text.substr(0, text.find(';'))};
  while (!out.empty() && out.back() == ' ')
    out.pop_back();
  for (auto& c : out)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

/// The sport of the query. Answers and gives false if it is not one.
bool read_sport(const call& c, std::optional<game::sport>& out) {
  auto name = c.request.query_value("sport");
  if (!name)
    return true;
  out = game::parse_sport(*name);
  if (!out)
    c.send(game::errc::unknown_sport);
  return out.has_value();
}

/// The same points again, in whatever format, are the same run.
std::string external_of(const std::vector<game::fix>& fixes) {
  auto hash = game::hash_of(fixes, {});
  return hash.is_nil() ? "" : base::to_string(base::uuid{hash.hi, hash.lo});
}

void send_run(const call& c, const actors::run_record& run) {
  c.send_json(202, record_json([&](records_codec& out) { out.run(run); }));
}

/// Nothing came within the deadline: it may be stored, and then the server finishes it.
void send_if_stored(const call& c, game::run_id run) {
  c.ask<actors::run_loaded>(c.api.reader, actors::load_run{run, false},
                            [c](const actors::run_loaded& x) {
                              if (x.run.user != c.user())
                                return c.send(game::errc::unavailable);
                              send_run(c, x.run);
                            });
}

void import_decoded(const call& c, const actors::file_decoded& file,
                    std::optional<game::sport> declared) {
  if (!file.error.empty())
    return c.send(problem{422, file.error, file.detail});
  actors::import_run x;
  x.user = c.user();
  x.run = game::run_id{c.request.seed};
  x.source = actors::run_source::file;
  x.external = external_of(file.fixes);
  x.sport = sport_of(file, declared);
  x.fixes = file.fixes;
  auto id = x.run;
  c.ask_entity(actors::key_of(c.user()), caf::make_message(std::move(x)),
               c.api.limits.finish_deadline, [c, id](reply got) {
                 if (c.answer->answered())
                   return;
                 if (const auto* done = got.get<actors::run_finished>())
                   send_run(c, done->run);
                 else if (got.error != nullptr)
                   c.send(to_problem(*got.error));
                 else
                   send_if_stored(c, id);
               });
}

void import_run(const call& c) {
  std::optional<game::sport> sport;
  if (!read_sport(c, sport))
    return;
  c.ask<actors::file_decoded>(
    c.api.decoder, actors::decode_file{media_type_of(c.request), std::string{c.request.body}},
    [c, sport](const actors::file_decoded& x) { import_decoded(c, x, sport); });
}

} // namespace

void api::add_imports(router& to) {
  add(to, http_method::post, "/v1/runs/import", import_run,
      {.body_bytes_max = context_.limits.file_bytes_max, .content_types = file_types});
}

} // namespace fief::net
