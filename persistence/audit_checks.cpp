#include "persistence/audit_checks.hpp"

#include <array>

namespace fief::persistence {

namespace {

using check = audit_check;

constexpr std::array checks{
  check{{"ledger_differs",
         "select a.id::text from app_user a left join"
         " (select user_id, sum(amount) filter (where currency = 'coins') as coins,"
         " sum(amount) filter (where currency = 'tokens') as tokens from ledger"
         " group by user_id) l on l.user_id = a.id"
         " where a.coins_cents <> coalesce(l.coins, 0)"
         " or a.tokens_micro <> coalesce(l.tokens, 0)"},
        "balances that are not the sum of the user's ledger"},
  check{{"mined_total_differs",
         "select a.id::text from app_user a left join (select user_id, sum(amount) as mined"
         " from ledger where cause like 'mining:%' group by user_id) l on l.user_id = a.id"
         " where a.mined_total_micro <> coalesce(l.mined, 0)"},
        "users whose mined total is not the sum of their mining rows"},
  check{
    {"money_negative", "select id::text from app_user where coins_cents < 0 or tokens_micro < 0"},
    "negative balances"},
  check{{"tile_not_maximum",
         "with best as (select distinct on (c.tile) c.tile, c.user_id, c.run_id, c.crossed_at,"
         " c.holds_until, c.enclosed from claim c where c.revoked_at is null"
         " and c.run_id not in (select run_id from outbox)"
         " order by c.tile, c.holds_until desc, c.crossed_at, c.run_id),"
         " moving as (select distinct c.tile from claim c join outbox o on o.run_id = c.run_id)"
         " select coalesce(t.tile, b.tile)::text from best b full join tile t on t.tile = b.tile"
         " where (t.owner is not null or b.tile is not null)"
         " and (t.owner, t.run_id, t.crossed_at, t.holds_until, t.enclosed) is distinct from"
         " (b.user_id, b.run_id, b.crossed_at, b.holds_until, b.enclosed)"
         " and coalesce(t.tile, b.tile) not in (select tile from moving)"},
        "tiles whose owner is not the greatest of their claims"},
  check{{"tile_count_differs",
         "select a.id::text from app_user a left join (select owner, count(*) as n from tile"
         " where counted group by owner) t on t.owner = a.id where a.tiles <> coalesce(t.n, 0)"},
        "users whose count of tiles is not what the map says"},
  check{{"tile_counted_late", "select t.tile::text from tile t join app_user a on a.id = t.owner"
                              " where t.counted and t.holds_until <= a.settled_at"},
        "tiles still counted after their owner's mining was settled past their end"},
  check{{"pool_differs",
         "select e.id::text from event e left join (select event_id, sum(prize_cents) as paid"
         " from event_standing group by event_id) s on s.event_id = e.id"
         " where e.pool_cents <> coalesce(s.paid, 0)"
         " or (e.settled_at is null and s.paid is not null)"},
        "events whose standings do not add up to the pool"},
  check{{"prize_not_booked", "select s.event_id::text from event_standing s left join ledger l"
                             " on l.cause = 'prize:' || s.event_id || ':' || s.user_id"
                             " where s.prize_cents <> coalesce(l.amount, 0)"},
        "prizes that the ledger has not booked"},
  check{{"pool_too_large",
         "select e.id::text from event e where e.pool_cents > e.pot_cents + (select"
         " coalesce(sum(price_cents), 0) from ticket k where k.event_id = e.id"
         " and k.state <> 'refunded')"},
        "events that paid more than their tickets and pot"},
  check{{"refund_not_booked",
         "select k.id::text from ticket k left join ledger l on l.cause = 'refund:' || k.id"
         " where coalesce(l.amount, 0) <> case when k.state = 'refunded' then k.price_cents"
         " else 0 end"},
        "tickets whose refund and ledger differ"},
  check{{"price_not_booked",
         "select k.id::text from ticket k left join ledger l on l.cause = 'ticket:' || k.id"
         " where coalesce(l.amount, 0) <> -k.price_cents"},
        "tickets whose price and ledger differ"},
  check{{"tickets_sold_differs",
         "select e.id::text from event e left join (select event_id, count(*) as n from ticket"
         " where state <> 'refunded' group by event_id) k on k.event_id = e.id"
         " where e.tickets_sold <> coalesce(k.n, 0)"},
        "events whose count of tickets is wrong"},
  check{{"tickets_cents_differs",
         "select e.id::text from event e left join (select event_id, sum(price_cents) as paid"
         " from ticket where state <> 'refunded' group by event_id) k on k.event_id = e.id"
         " where e.tickets_cents <> coalesce(k.paid, 0)"},
        "events whose sum of tickets' prices is wrong"},
  check{{"ticket_used_twice", "select ticket_id::text from run where ticket_id is not null"
                              " group by ticket_id having count(*) > 1"},
        "tickets that started more than one run"},
  check{{"ticket_run_differs", "select k.id::text from ticket k left join run r on r.id = k.run_id"
                               " where k.state = 'used' and (r.ticket_id is distinct from k.id"
                               " or r.user_id is distinct from k.user_id)"},
        "used tickets whose run is another's"},
  check{
    {"run_not_merged",
     "select c.run_id::text from claim c join run r on r.id = c.run_id left join tile t"
     " on t.tile = c.tile where r.state = 'accepted' and c.revoked_at is null and t.tile is null"
     " and not exists (select 1 from outbox o where o.run_id = c.run_id)"},
    "claims of accepted runs that the map does not know"},
  check{{"claims_not_revoked", "select c.run_id::text from claim c join run r on r.id = c.run_id"
                               " where r.state <> 'accepted' and c.revoked_at is null"},
        "claims of runs that are not accepted"},
  check{{"deleted_user_keeps_data",
         "select a.id::text from app_user a where a.deleted and (a.email <> ''"
         " or exists (select 1 from home_zone z where z.user_id = a.id)"
         " or exists (select 1 from run r where r.user_id = a.id and r.external <> '')"
         " or exists (select 1 from run r join fix_chunk c on c.run_id = r.id"
         " where r.user_id = a.id)"
         " or exists (select 1 from run r join action c on c.target = r.id"
         " where r.user_id = a.id and c.detail::text <> '{}'))"},
        "deleted accounts with personal data left"},
  check{{"forgotten_run_keeps_data",
         "select r.id::text from run r where r.forgotten and (r.external <> '' or r.distance_m <> 0"
         " or exists (select 1 from fix_chunk c where c.run_id = r.id)"
         " or exists (select 1 from run_sketch s where s.run_id = r.id)"
         " or exists (select 1 from claim c where c.run_id = r.id and c.revoked_at is null)"
         " or exists (select 1 from action c where c.target = r.id and c.detail::text <> '{}'))"},
        "runs taken back by their source with data left"},
  check{{"expired_fixes_kept", "select r.id::text from run r where r.fixes_expired"
                               " and exists (select 1 from fix_chunk c where c.run_id = r.id)"},
        "runs whose fixes expired and are still there"},
  check{{"recording_twice", "select user_id::text from run where state = 'recording'"
                            " group by user_id having count(*) > 1"},
        "users who record more than one run"},
  check{{"claim_ends_early", "select run_id || ' tile ' || tile from claim"
                             " where holds_until < crossed_at"},
        "claims that end before they begin"},
  check{{"claim_without_run", "select c.run_id || ' tile ' || c.tile from claim c"
                              " left join run r on r.id = c.run_id"
                              " where r.id is null or r.user_id is distinct from c.user_id"},
        "claims whose run is missing or another user's"},
  check{{"tile_without_owner", "select t.tile || ' owner ' || t.owner from tile t"
                               " left join app_user a on a.id = t.owner"
                               " where t.owner is not null and a.id is null"},
        "tiles of users that do not exist"},
  check{{"chunk_without_run", "select c.run_id || ' from seq ' || c.first_seq from fix_chunk c"
                              " left join run r on r.id = c.run_id where r.id is null"},
        "chunks of fixes whose run is missing"},
  check{{"run_without_user", "select r.id::text from run r left join app_user a on a.id = r.user_id"
                             " where a.id is null"},
        "runs of users that do not exist"},
  check{{"event_without_organiser", "select e.id::text from event e left join app_user a"
                                    " on a.id = e.organiser where a.id is null"},
        "events of organisers that do not exist"},
  check{{"ticket_without_event",
         "select k.id::text from ticket k left join event e on e.id = k.event_id"
         " left join app_user a on a.id = k.user_id left join run r on r.id = k.run_id"
         " where e.id is null or a.id is null or (k.run_id is not null and r.id is null)"},
        "tickets whose event, user or run is missing"},
  check{{"result_without_run",
         "select s.event_id || ' run ' || s.run_id from event_result s"
         " left join run r on r.id = s.run_id left join event e on e.id = s.event_id"
         " where e.id is null or r.id is null or r.event_id is distinct from s.event_id"
         " or r.user_id is distinct from s.user_id"},
        "results whose event or run is missing or another's"},
  check{{"standing_not_ranked",
         "select event_id::text from event_standing group by event_id"
         " having min(rank) <> 1 or max(rank) <> count(*) or min(prize_cents) < 0"},
        "standings with gaps in their ranks or negative prizes"},
  check{{"standing_without_event",
         "select s.event_id || ' rank ' || s.rank from event_standing s"
         " left join event e on e.id = s.event_id left join app_user a on a.id = s.user_id"
         " where e.id is null or a.id is null"},
        "standings whose event or user is missing"},
  check{{"sketch_without_run", "select s.run_id::text from run_sketch s"
                               " left join run r on r.id = s.run_id where r.id is null"},
        "sketches of runs that do not exist"},
  check{{"notification_without_user",
         "select n.id::text from notification n"
         " left join app_user a on a.id = n.user_id where a.id is null"},
        "notifications of users that do not exist"},
  check{{"outbox_stray", "select o.run_id::text from outbox o left join run r on r.id = o.run_id"
                         " where r.state is distinct from 'accepted'"
                         " or r.user_id is distinct from o.user_id"},
        "claims waiting to be merged of runs that are not accepted"},
  check{{"ledger_without_user", "select l.id::text from ledger l left join app_user a"
                                " on a.id = l.user_id where a.id is null"},
        "ledger rows of users that do not exist"},
  check{{"session_without_user",
         "select f.id::text from session_family f left join app_user a on a.id = f.user_id"
         " where a.id is null union all select t.family::text from refresh_token t"
         " left join session_family f on f.id = t.family where f.id is null"},
        "sessions of users that do not exist, or tokens of no session"},
  check{{"user_invalid", "select id::text from app_user where (not deleted and (email = ''"
                         " or username = '' or password_hash = '' or roles not between 0 and 7))"
                         " or id is null or claims_count < 0"},
        "accounts that nobody can use"},
  check{{"strava_run_missing", "select i.user_id || ' ' || i.activity from strava_import i"
                               " left join run r on r.id = i.run_id where i.imported"
                               " and r.user_id is distinct from i.user_id"},
        "activities of Strava that are imported without a run of their user"},
  check{{"strava_stray",
         "select i.user_id || ' ' || i.activity from strava_import i left join strava_connection k"
         " on k.user_id = i.user_id where k.user_id is null or k.state = 'leaving'"
         " union all select k.user_id::text from strava_connection k left join app_user a"
         " on a.id = k.user_id where a.id is null or a.deleted"},
        "activities of Strava, or connections with it, of nobody who has one"},
  check{{"strava_run_twice", "select run_id::text from strava_import where run_id is not null"
                             " group by run_id having count(*) > 1"},
        "runs that two activities of Strava were made into"},
  check{{"deposit_not_booked",
         "select d.chain || ':' || d.tx || ':' || d.log_index from deposit d left join ledger l"
         " on l.cause = 'deposit:' || d.chain || ':' || d.tx || ':' || d.log_index"
         " where (d.credited_at is not null and d.cents > 0"
         " and (l.amount, l.user_id, l.currency) is distinct from (d.cents, d.user_id, 'coins'))"
         " or (d.credited_at is null and l.id is not null)"},
        "deposits whose ledger row is missing, another's or too early"},
  check{{"deposit_unknown",
         "select l.cause from ledger l left join deposit d"
         " on l.cause = 'deposit:' || d.chain || ':' || d.tx || ':' || d.log_index"
         " where l.cause like 'deposit:%' and d.id is null"},
        "ledger rows of deposits that were never seen"},
  check{{"deposit_above_chain",
         "select d.chain || ':' || d.tx || ':' || d.log_index from deposit d left join chain c"
         " on c.id = d.chain where c.id is null"
         " or (d.credited_at is null and d.block_number > c.number)"},
        "deposits of blocks that were not read"},
  check{{"chain_block_differs",
         "select c.id::text from chain c left join chain_block b on b.chain = c.id"
         " and b.number = c.number where b.hash is distinct from c.hash"
         " union select b.chain::text from chain_block b join chain c on c.id = b.chain"
         " where b.number > c.number"},
        "chains whose last block is not the last of their blocks"},
  check{{"wallet_without_user", "select w.address from wallet w left join app_user a"
                                " on a.id = w.user_id where a.id is null or a.deleted"},
        "wallets of users that do not exist"},
  // Nothing is ever deleted that an action can be about: accounts and runs only lose their content.
  check{{"action_without_target",
         "select c.id::text from action c left join app_user b on b.id = c.by_id"
         " left join event e on c.kind like 'event_%' and e.id = c.target"
         " left join run r on c.kind like 'run_%' and r.id = c.target"
         " left join app_user a on c.kind not like 'event_%' and c.kind not like 'run_%'"
         " and a.id = c.target where (c.by_id is not null and b.id is null)"
         " or coalesce(e.id, r.id, a.id) is null"},
        "logged actions of nobody, or on what does not exist"},
  check{{"action_without_effect",
         "select c.id::text from action c left join ledger l on c.kind = 'coins_granted'"
         " and l.cause = 'grant:' || c.id and l.user_id = c.target"
         " left join event e on e.id = c.target and e.cancelled_at is not null"
         " where (c.kind = 'coins_granted' and l.id is null)"
         " or (c.kind = 'event_cancelled' and e.id is null)"},
        "logged grants that are not in the ledger, or cancelled events that are not"},
  check{{"world_invalid", "select coalesce(tile_level::text, 'null') from world"
                          " where tile_level is null or tile_level not between 15 and 19"},
        "a tile level that does not exist"},
};

} // namespace

std::span<const audit_check> audit_checks() {
  return checks;
}

} // namespace fief::persistence
