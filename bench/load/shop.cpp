#include "bench/load/shop.hpp"

#include "bench/load/messages.hpp"

namespace fief::load {

namespace {

/// Refusals that happen to honest people.
constexpr const char* not_to_be_had =
  " ticket_exists insufficient_coins event_cut event_settled event_cancelled ";
constexpr const char* not_to_be_used =
  " run_in_progress ticket_used ticket_refunded event_not_active event_cut event_settled "
  "event_cancelled ";

} // namespace

asio::awaitable<std::string> shop::buy(const event_known& what, steady_time due) {
  tried_[what.id] = true;
  auto fee = what.fee_cents;
  auto ask = in_.ask_as(who_, op::buy_ticket, "POST", "/v1/events/" + what.id + "/tickets", due);
  ask.expected = not_to_be_had;
  ask.idempotency_key = "buy-" + what.id;
  auto got = co_await in_.http.ask(std::move(ask));
  if (!got.ok())
    co_return std::string{};
  auto root = in_.json.parse(got.body);
  std::string ticket{text_of(root, "id")};
  ++in_.counts.of(counter::tickets_bought);
  auto price = integer_of(root, "price_cents");
  if (price != fee)
    in_.counts.violation("ticket " + ticket + " cost " + std::to_string(price)
                         + " cents, and the event's fee is " + std::to_string(fee));
  in_.bought.push_back({static_cast<std::uint32_t>(&who_ - in_.people.data()), ticket, price});
  if (is_true(root, "consumable"))
    usable_.push_back(ticket);
  co_return ticket;
}

asio::awaitable<void> shop::look(steady_time due) {
  auto ask = in_.ask_as(who_, op::list_tickets, "GET", "/v1/tickets?state=active", due);
  auto got = co_await in_.http.ask(std::move(ask));
  if (!got.ok())
    co_return;
  usable_.clear();
  for (auto each : array_of(in_.json.parse(got.body), "items"))
    if (is_true(each, "consumable"))
      usable_.emplace_back(text_of(each, "id"));
}

asio::awaitable<std::string> shop::some_ticket(steady_time due) {
  for (std::size_t i = 0; usable_.empty() && i < in_.events.size(); ++i) {
    auto event = in_.events[i];
    if (!tried_.contains(event.id)) {
      co_await buy(event, due);
      due = steady::now();
    }
  }
  co_await look(due); // As an app does before it offers them.
  if (usable_.empty())
    co_return std::string{};
  auto ticket = usable_.back();
  usable_.pop_back();
  co_return ticket;
}

asio::awaitable<std::string> shop::consume(const std::string& ticket) {
  auto path = "/v1/tickets/" + ticket + "/consume";
  auto ask = in_.ask_as(who_, op::consume_ticket, "POST", path, steady::now());
  ask.body = start_body(in_.clock.now_ms(steady::now()));
  ask.expected = not_to_be_used;
  auto got = co_await in_.http.ask(std::move(ask));
  if (!got.ok())
    co_return std::string{};
  ++in_.counts.of(counter::tickets_used);
  co_return std::string{text_of(member(in_.json.parse(got.body), "run"), "id")};
}

} // namespace fief::load
