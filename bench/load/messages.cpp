#include "bench/load/messages.hpp"

#include "base/json_writer.hpp"
#include "base/time.hpp"

#include <cstdio>

namespace fief::load {

namespace {

void add_fixes(base::json_writer& out, const std::vector<fix>& fixes, std::uint32_t first,
               std::uint32_t last, std::int64_t start_ms) {
  out.member("first_seq", first);
  out.key("fixes").raw(fixes_json(fixes, first, last, start_ms));
}

} // namespace

std::string hello_text(std::string_view token, std::string_view run, std::int64_t device_ms) {
  std::string text;
  base::json_writer out{text};
  out.begin_object().member("type", "hello").member("token", token);
  if (!run.empty())
    out.member("run", run);
  out.member("device_time", device_ms).end_object();
  return text;
}

std::string fixes_text(std::string_view run, const std::vector<fix>& fixes, std::uint32_t first,
                       std::uint32_t last, std::int64_t start_ms) {
  std::string text;
  base::json_writer out{text};
  out.begin_object().member("type", "fixes").member("run", run);
  add_fixes(out, fixes, first, last, start_ms);
  out.end_object();
  return text;
}

std::string finish_text(std::string_view run, std::uint32_t total) {
  std::string text;
  base::json_writer out{text};
  out.begin_object().member("type", "finish").member("run", run).member("total_seq", total);
  out.end_object();
  return text;
}

std::string subscribe_text(std::string_view id, const std::array<double, 4>& box) {
  std::string text;
  base::json_writer out{text};
  out.begin_object().member("type", "subscribe").member("id", id);
  out.key("bbox").raw("[" + box_text(box) + "]").end_object();
  return text;
}

std::string ping_text(std::uint64_t n) {
  return R"({"type":"ping","n":)" + std::to_string(n) + "}";
}

std::string start_body(std::int64_t device_ms) {
  std::string text;
  base::json_writer out{text};
  out.begin_object().member("sport", "run").member("device_time", base::from_ms(device_ms));
  out.end_object();
  return text;
}

std::string fixes_body(const std::vector<fix>& fixes, std::uint32_t first, std::uint32_t last,
                       std::int64_t start_ms) {
  std::string text;
  base::json_writer out{text};
  out.begin_object();
  add_fixes(out, fixes, first, last, start_ms);
  out.end_object();
  return text;
}

std::string finish_body(std::uint32_t total) {
  return R"({"total_seq":)" + std::to_string(total) + "}";
}

std::string box_text(const std::array<double, 4>& box) {
  char text[128];
  auto size =
    std::snprintf(text, sizeof text, "%.7f,%.7f,%.7f,%.7f", box[0], box[1], box[2], box[3]);
  return {text, static_cast<std::size_t>(size)};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (unsigned char c : text) {
    auto plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                 || c == '-' || c == '_' || c == '.' || c == '~' || c == ',';
    char code[4];
    std::snprintf(code, sizeof code, "%%%02X", c);
    if (plain)
      out.push_back(static_cast<char>(c));
    else
      out.append(code, 3);
  }
  return out;
}

} // namespace fief::load
