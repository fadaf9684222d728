#include "integrations/files/decoder.hpp"

#include "integrations/files/track_file.hpp"

namespace fief::integrations {

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

} // namespace fief::integrations
