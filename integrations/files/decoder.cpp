#include "integrations/files/decoder.hpp"

#include "integrations/files/track_file.hpp"

#include <caf/all.hpp>

namespace fief::integrations {

namespace {

actors::file_decoded decode(const actors::decode_file& x) {
  actors::file_decoded out;
  auto file = decode_track_file(x.bytes, x.content_type);
  if (file.has_error()) {
    out.error = to_string(file.error().code);
    out.detail = file.error().detail;
    return out;
  }
  out.sport_known = file->sport_known;
  out.sport = file->sport;
  out.fixes = std::move(file->fixes);
  return out;
}

/// The thread that reads.
actors::decoder_actor::behavior_type reading_thread(actors::decoder_actor::pointer) {
  return {[](const actors::decode_file& x) { return decode(x); }};
}

} // namespace

actors::decoder_actor::behavior_type decoder_state::make_behavior(const decoder_config& config) {
  config_ = config;
  reader_ = self_->spawn<caf::detached + caf::linked>(reading_thread);
  return {[this](actors::decode_file& x) { return on_decode(x); }};
}

caf::result<actors::file_decoded> decoder_state::on_decode(actors::decode_file& x) {
  if (config_.gauge->waiting >= config_.queue_max) {
    config_.gauge->refused += 1;
    return caf::make_error(game::errc::overloaded);
  }
  config_.gauge->waiting += 1;
  auto reply = self_->make_response_promise<actors::file_decoded>();
  self_->request(reader_, caf::infinite, std::move(x))
    .then(
      [this, reply](actors::file_decoded& done) mutable {
        config_.gauge->waiting -= 1;
        reply.deliver(std::move(done));
      },
      [this, reply](caf::error& why) mutable {
        config_.gauge->waiting -= 1;
        reply.deliver(std::move(why));
      });
  return reply;
}

actors::decoder_actor::behavior_type
decoder(actors::decoder_actor::stateful_pointer<decoder_state> self, decoder_config config) {
  return self->state.make_behavior(config);
}

} // namespace fief::integrations
