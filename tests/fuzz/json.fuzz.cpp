// The JSON of bodies and socket messages: what the reader takes, the writer can say again.

#include "base/assert.hpp"
#include "base/json_writer.hpp"
#include "base/utf8.hpp"
#include "net/json_reader.hpp"
#include "tests/fuzz/target.hpp"

#include <cmath>

namespace fief::fuzz {

namespace {

namespace dom = simdjson::dom;

void write(base::json_writer& out, const dom::element& x);

void write_members(base::json_writer& out, const dom::object& from) {
  out.begin_object();
  for (auto [name, value] : from) {
    FIEF_ASSERT(base::is_utf8(name));
    out.key(name);
    write(out, value);
  }
  out.end_object();
}

void write(base::json_writer& out, const dom::element& x) {
  switch (x.type()) {
    case dom::element_type::ARRAY:
      out.begin_array();
      for (auto item : dom::array(x))
        write(out, item);
      out.end_array();
      return;
    case dom::element_type::OBJECT: return write_members(out, dom::object(x));
    case dom::element_type::INT64: out.value(std::int64_t(x)); return;
    case dom::element_type::UINT64: out.value(std::uint64_t(x)); return;
    case dom::element_type::DOUBLE: out.value(double(x)); return;
    case dom::element_type::STRING: out.value(std::string_view(x)); return;
    case dom::element_type::BOOL: out.value(bool(x)); return;
    case dom::element_type::NULL_VALUE: out.null(); return;
  }
}

bool is_number(const dom::element& x) {
  return x.is<double>() || x.is<std::int64_t>() || x.is<std::uint64_t>();
}

bool same(const dom::element& a, const dom::element& b) {
  if (is_number(a) && is_number(b)) { // 1.0 is written as 1.
    if (a.type() == b.type() && !a.is<double>())
      return a.is<std::int64_t>() ? std::int64_t(a) == std::int64_t(b)
                                  : std::uint64_t(a) == std::uint64_t(b);
    return double(a) == double(b);
  }
  if (a.type() != b.type())
    return false;
  switch (a.type()) {
    case dom::element_type::ARRAY: {
      dom::array left(a);
      dom::array right(b);
      auto at = right.begin();
      for (auto item : left) {
        if (at == right.end() || !same(item, *at))
          return false;
        ++at;
      }
      return !(at != right.end());
    }
    case dom::element_type::OBJECT: {
      dom::object left(a);
      dom::object right(b);
      auto at = right.begin();
      for (auto field : left) {
        if (at == right.end() || field.key != at.key() || !same(field.value, at.value()))
          return false;
        ++at;
      }
      return !(at != right.end());
    }
    case dom::element_type::STRING: return std::string_view(a) == std::string_view(b);
    case dom::element_type::BOOL: return bool(a) == bool(b);
    default: return true;
  }
}

/// Through the strict reader: an object that nobody asked anything of is in order only when empty.
void read_strictly(std::string_view text) {
  static net::json_document document;
  net::json_errors errors;
  auto in = document.parse(text, errors);
  const auto parsed = in.ok();
  const auto in_order = in.finish();
  FIEF_ASSERT(in_order == errors.empty());
  FIEF_ASSERT(parsed || !in_order);
  if (in_order)
    return;
  const auto why = errors.to_problem();
  FIEF_ASSERT(why.status == 400 ? why.code == "malformed_json" : why.code == "invalid_argument");
  FIEF_ASSERT(!why.errors.empty() && why.errors.size() <= net::json_errors::errors_max);
}

const enlist json{"json", [](bytes input) {
                    static net::json_document first;
                    static net::json_document second;
                    dom::element read;
                    read_strictly(text_of(input));
                    if (first.parse_raw(text_of(input), read))
                      return;
                    std::string written;
                    base::json_writer out{written};
                    write(out, read);
                    dom::element again;
                    FIEF_ASSERT(!second.parse_raw(written, again));
                    FIEF_ASSERT(same(read, again));
                  }};

} // namespace

} // namespace fief::fuzz
