#include "net/api/api.hpp"
#include "net/api/wallet_port.hpp"

namespace fief::net {

namespace {

constexpr std::size_t message_bytes_max = 4'096;
constexpr std::size_t signature_bytes_max = 132;

/// Answers and gives false where wallets cannot be linked.
bool is_open(const call& c) {
  if (c.api.wallets != nullptr && c.api.wallets->is_open())
    return true;
  c.send(game::errc::chain_not_configured);
  return false;
}

std::string shown(const call& c, const std::string& address) {
  return c.api.wallets != nullptr ? c.api.wallets->show(address) : address;
}

std::string challenge_json(const wallet_challenge& x) {
  std::string body;
  base::json_writer out{body};
  out.begin_object().member("nonce", x.nonce).member("domain", x.domain).member("uri", x.uri);
  out.member("statement", x.statement).member("version", "1").member("chain_id", x.chain);
  out.member("issued_at", x.issued_at).member("expires_at", x.expires_at);
  if (!x.message.empty())
    out.member("message", x.message);
  out.end_object();
  return body;
}

void make_challenge(const call& c) {
  json_errors errors;
  auto in = c.document.parse(c.request.body.empty() ? "{}" : c.request.body, errors);
  std::optional<std::string> address{""};
  if (auto text = in.optional_string("address", {.min = 1, .max = 64})) {
    address = c.api.wallets != nullptr ? c.api.wallets->parse(*text) : std::nullopt;
    if (!address && c.api.wallets != nullptr)
      in.refuse("address", "malformed", "0x and 40 digits, with the checksum of EIP-55 if mixed.");
  }
  if (!in.finish())
    return c.send(errors.to_problem());
  if (!is_open(c))
    return;
  auto challenge = c.api.wallets->challenge(*address);
  actors::put_wallet_challenge put{c.user(), challenge.nonce, c.api.wallets->now(),
                                   challenge.expires_at};
  c.ask<actors::store_done>(c.api.store, std::move(put), [c, challenge](const actors::store_done&) {
    c.send_json(201, challenge_json(challenge));
  });
}

void write_wallet(base::json_writer& out, const call& c, const actors::wallet_record& x) {
  out.begin_object().member("address", shown(c, x.address)).member("linked_at", x.linked_at);
  out.end_object();
}

void link_wallet(const call& c) {
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  auto message = in.string("message", {.min = 1, .max = message_bytes_max});
  auto signature = in.string("signature", {.min = 1, .max = signature_bytes_max});
  if (!in.finish())
    return c.send(errors.to_problem());
  if (!is_open(c))
    return;
  auto proof = c.api.wallets->check(message, signature);
  if (!proof)
    return c.send(proof.error());
  actors::link_wallet link{c.user(), proof->address, proof->nonce, c.api.wallets->now()};
  c.ask<actors::wallet_linked>(c.api.store, std::move(link), [c](const actors::wallet_linked& x) {
    std::string body;
    base::json_writer out{body};
    write_wallet(out, c, x.wallet);
    c.send_json(201, std::move(body));
  });
}

void list_wallets(const call& c) {
  c.ask<actors::wallet_list>(
    c.api.reader, actors::list_wallets{c.user()}, [c](const actors::wallet_list& x) {
      c.send_json(200, page_json(x.wallets, {}, [&c](base::json_writer& out, const auto& item) {
                    write_wallet(out, c, item);
                  }));
    });
}

void unlink_wallet(const call& c) {
  auto text = c.request.param("address");
  auto address = c.api.wallets != nullptr ? c.api.wallets->parse(text) : std::nullopt;
  if (!address)
    return c.send(game::errc::not_found);
  c.ask<actors::store_done>(c.api.store, actors::unlink_wallet{c.user(), *address},
                            [c](const actors::store_done&) { c.send_empty(204); });
}

std::string_view state_of(const actors::deposit_record& x) {
  if (x.credited_at)
    return "credited";
  if (x.seen.refused)
    return "refused";
  return x.deep_enough ? "waiting" : "pending";
}

void write_deposit(base::json_writer& out, const call& c, const actors::deposit_record& x) {
  const auto& seen = x.seen;
  out.begin_object().member("id", std::to_string(x.id)).member("chain_id", x.chain);
  out.member("tx", seen.tx).member("log_index", seen.log);
  out.member("kind", seen.kind == actors::deposit_kind::transfer ? "transfer" : "purchase");
  out.member("sender", shown(c, seen.sender)).member("amount", seen.amount);
  out.member("coins_cents", seen.cents).member("dust", seen.dust);
  out.member("state", state_of(x)).member("block", seen.block);
  out.member("confirmations", x.confirmations).member("seen_at", x.seen_at);
  if (x.credited_at)
    out.member("credited_at", *x.credited_at);
  out.end_object();
}

void list_deposits(const call& c) {
  auto page = c.page();
  if (!page)
    return;
  c.ask<actors::deposit_page>(
    c.api.reader, actors::list_deposits{c.user(), *page}, [c](const actors::deposit_page& x) {
      c.send_json(200,
                  page_json(x.items, x.next_cursor, [&c](base::json_writer& out, const auto& item) {
                    write_deposit(out, c, item);
                  }));
    });
}

} // namespace

void api::add_wallets(router& to) {
  add(to, http_method::post, "/v1/me/wallets/challenge", make_challenge);
  add(to, http_method::post, "/v1/me/wallets", link_wallet);
  add(to, http_method::get, "/v1/me/wallets", list_wallets);
  add(to, http_method::del, "/v1/me/wallets/{address}", unlink_wallet);
  add(to, http_method::get, "/v1/me/deposits", list_deposits);
}

} // namespace fief::net
