#include "persistence/reads/cursor.hpp"
#include "persistence/reads/reads.hpp"

#include <limits>

namespace fief::persistence {

namespace {

constexpr query q_wallets{"list_wallets", "select address, user_id, linked_at from wallet"
                                          " where user_id = $1::uuid order by address"};
constexpr query q_deposits{"list_deposits", "select " FIEF_DEPOSIT_COLUMNS
                                            " from deposit d join chain c on c.id = d.chain"
                                            " where d.user_id = $1::uuid and d.id < $2::bigint"
                                            " order by d.id desc limit $3::bigint"};
constexpr query q_chain{"load_chain",
                        "select " FIEF_CHAIN_COLUMNS " from chain c where c.id = $1::bigint"};
constexpr query q_blocks{"load_chain_blocks", "select number, hash from chain_block"
                                              " where chain = $1::bigint order by number"};

} // namespace

outcome<actors::wallet_list> answer(read_context& c, const actors::list_wallets& x) {
  return actors::wallet_list{
    c.whole<actors::wallet_record>(c.tx.run(q_wallets, x.user), read_wallet)};
}

outcome<actors::deposit_page> answer(read_context& c, const actors::list_deposits& x) {
  auto from = decode('d', x.page);
  if (!from)
    return from.error();
  actors::deposit_page page;
  auto before = *from ? (*from)->at : std::numeric_limits<std::int64_t>::max();
  auto rows = c.tx.run(q_deposits, x.user, before, rows_of(x.page));
  page.items = c.whole<actors::deposit_record>(rows, read_deposit);
  finish_page(page, rows, x.page, 'd', [](const actors::deposit_record& last) {
    return cursor{last.id, {}};
  });
  return page;
}

outcome<actors::chain_loaded> answer(read_context& c, const actors::load_chain& x) {
  auto chain = static_cast<std::int64_t>(x.chain);
  auto rows = c.tx.run(q_chain, chain);
  if (rows.empty())
    return game::errc::not_found;
  actors::chain_loaded loaded;
  loaded.status = read_first(rows, read_chain);
  loaded.blocks = read_all<actors::chain_point>(c.tx.run(q_blocks, chain), [](row_reader& row) {
    actors::chain_point block;
    block.number =
      static_cast<std::uint64_t>(row.integer(0, std::numeric_limits<std::int64_t>::max()));
    block.hash = row.text();
    return block;
  });
  return loaded;
}

} // namespace fief::persistence
