-- Append-only. The sum of a user's rows is his balance, at any moment.
create table ledger (
  id       bigint generated always as identity,
  user_id  uuid not null,
  currency text not null,      -- coins (cents) or tokens (micro-tokens)
  amount   bigint not null,    -- negative when spent
  cause    text not null,      -- books a payment once
  note     text not null default '',
  at       bigint not null,    -- ms
  constraint ledger_pk primary key (id),
  constraint ledger_cause_key unique (cause),
  constraint ledger_user_fk foreign key (user_id) references app_user (id),
  constraint ledger_currency_known check (currency in ('coins', 'tokens'))
);

create index ledger_of_user on ledger (user_id, id);

-- The only place where a balance changes: ledger rows and their increments in one step. A cause
-- that is booked already, or an amount of 0, does nothing. Returns how many rows were booked. A
-- balance that would turn negative raises check_violation.
create function book(p_user uuid[], p_currency text, p_amount bigint[], p_cause text[], p_note text,
                     p_at bigint) returns bigint language sql as $$
  with booked as (
    insert into ledger (user_id, currency, amount, cause, note, at)
    select u.user_id, p_currency, u.amount, u.cause, p_note, p_at
    from unnest(p_user, p_amount, p_cause) u (user_id, amount, cause)
    where u.amount <> 0
    order by u.user_id
    on conflict on constraint ledger_cause_key do nothing
    returning user_id, amount
  ), summed as (
    select user_id, sum(amount) as amount, count(*) as n from booked group by user_id
  ), paid as (
    update app_user a
    set coins_cents = a.coins_cents + case when p_currency = 'coins' then s.amount else 0 end,
        tokens_micro = a.tokens_micro + case when p_currency = 'tokens' then s.amount else 0 end,
        version = a.version + 1
    from summed s where a.id = s.user_id
    returning s.n
  )
  select coalesce(sum(n), 0)::bigint from paid;
$$;
