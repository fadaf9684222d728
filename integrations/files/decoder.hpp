#pragma once

#include "actors/interfaces.hpp"
#include "base/queue_gauge.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <memory>

namespace fief::integrations {

struct decoder_config {
  std::size_t queue_max = 32; ///< Files that wait or are being read; one more is `overloaded`.
  std::shared_ptr<base::queue_gauge> gauge = std::make_shared<base::queue_gauge>();
};

/// State of DECODER. 25 MB of XML take a third of a second, so files are read one after another by
/// a thread of their own, and not by those that serve everybody.
class decoder_state {
public:
  static inline const char* name = "decoder";
  explicit decoder_state(actors::decoder_actor::pointer self) : self_(self) {}
  actors::decoder_actor::behavior_type make_behavior(const decoder_config& config);

private:
  caf::result<actors::file_decoded> on_decode(actors::decode_file& x);

  actors::decoder_actor::pointer self_;
  decoder_config config_;
  actors::decoder_actor reader_;
};

/// Spawn entry: `sys.spawn(integrations::decoder, config)`. Ends on exit messages.
actors::decoder_actor::behavior_type
decoder(actors::decoder_actor::stateful_pointer<decoder_state> self, decoder_config config);

} // namespace fief::integrations
