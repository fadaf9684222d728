#include "net/api/api.hpp"

namespace fief::net {

namespace {

/// A parameter of the query that is an id. Answers and gives false if it is none.
bool read_id(const call& c, std::string_view name, base::uuid& to) {
  auto text = c.request.query_value(name);
  if (!text)
    return true;
  auto id = base::parse_uuid(*text);
  if (!id || *id == base::uuid{}) { // Nil is nobody's, and would mean everybody's further in.
    c.send(bad_parameter(name, "malformed", "Not the UUID of anything."));
    return false;
  }
  to = *id;
  return true;
}

void list_actions(const call& c) {
  auto page = c.page();
  if (!page)
    return;
  actors::list_actions x;
  x.page = *page;
  if (!read_id(c, "by", x.by.value) || !read_id(c, "target", x.target))
    return;
  c.ask<actors::action_page>(c.api.reader, std::move(x), [c](const actors::action_page& found) {
    c.send_json(
      200, page_json(found.items, found.next_cursor, [](base::json_writer& out, const auto& item) {
        records_codec{out, instant_form::text}.action(item);
      }));
  });
}

} // namespace

void api::add_actions(router& to) {
  add(to, http_method::get, "/v1/actions", list_actions, {.auth = auth_need::operator_});
}

} // namespace fief::net
