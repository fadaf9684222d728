create table event (
  id              uuid not null,
  organiser       uuid not null,
  name            text not null,
  city            text not null,
  tz              text not null,             -- IANA name
  starts_at       bigint not null,           -- ms
  cut_at          bigint not null,           -- ms; the first local 22:00 after the start
  settle_at       bigint not null,           -- ms
  metric          text not null,
  entry_fee_cents bigint not null,
  pot_cents       bigint not null,
  distance_m      integer not null,          -- 0: none given
  course          integer[] not null,        -- lat, lon, lat, lon ... degrees × 10^7
  checkpoints     integer[] not null,
  area_lat_e7     integer not null,
  area_lon_e7     integer not null,
  area_radius_m   integer not null,          -- 0: nowhere in particular
  live_spectators boolean not null,
  created_at      bigint not null,           -- ms
  settled_at      bigint,                    -- ms
  cancelled_at    bigint,                    -- ms
  version         bigint not null default 1,
  pool_cents      bigint not null default 0, -- paid out at settlement
  tickets_sold    bigint not null default 0, -- not refunded
  constraint event_pk primary key (id),
  constraint event_organiser_fk foreign key (organiser) references app_user (id),
  constraint event_metric_known check (metric in ('race', 'territory', 'distance')),
  constraint event_times_ordered check (starts_at < cut_at and cut_at <= settle_at),
  constraint event_money_not_negative
    check (entry_fee_cents >= 0 and pot_cents >= 0 and pool_cents >= 0),
  constraint event_final_once check (settled_at is null or cancelled_at is null),
  constraint event_sold_not_negative check (tickets_sold >= 0)
) with (fillfactor = 80);

create index event_by_cut on event (cut_at, id);
create index event_to_settle on event (settle_at, id)
  where settled_at is null and cancelled_at is null;
create index event_to_cut on event (cut_at, id)
  where settled_at is null and cancelled_at is null;
create index event_of_organiser on event (organiser);

create table ticket (
  id          uuid not null,
  event_id    uuid not null,
  user_id     uuid not null,
  price_cents bigint not null,  -- actually paid
  state       text not null,
  bought_at   bigint not null,  -- ms
  consumed_at bigint,           -- ms
  run_id      uuid,
  constraint ticket_pk primary key (id),
  constraint ticket_event_fk foreign key (event_id) references event (id),
  constraint ticket_user_fk foreign key (user_id) references app_user (id),
  constraint ticket_state_known check (state in ('unused', 'used', 'refunded')),
  constraint ticket_price_not_negative check (price_cents >= 0),
  constraint ticket_used_has_run check (state <> 'used' or (run_id is not null
                                                           and consumed_at is not null))
);

create unique index ticket_one_per_user on ticket (event_id, user_id) where state <> 'refunded';
create index ticket_of_user on ticket (user_id, bought_at, id);
create index ticket_of_event on ticket (event_id);

-- What each accepted run is worth in its event, until and after the settlement.
create table event_result (
  event_id    uuid not null,
  run_id      uuid not null,
  user_id     uuid not null,
  value       bigint not null,  -- in the unit of the event's metric
  reached_at  bigint not null,  -- ms
  consumed_at bigint not null,  -- ms
  constraint event_result_pk primary key (event_id, run_id),
  constraint event_result_event_fk foreign key (event_id) references event (id)
);

create index event_result_of_run on event_result (run_id);

-- Final ranks, written once by the settlement.
create table event_standing (
  event_id    uuid not null,
  rank        integer not null,  -- from 1
  user_id     uuid not null,
  run_id      uuid not null,
  value       bigint not null,
  reached_at  bigint not null,   -- ms
  consumed_at bigint not null,   -- ms
  prize_cents bigint not null,
  constraint event_standing_pk primary key (event_id, rank),
  constraint event_standing_user_key unique (event_id, user_id),
  constraint event_standing_event_fk foreign key (event_id) references event (id),
  constraint event_standing_prize_not_negative check (prize_cents >= 0)
);
create index event_standing_of_user on event_standing (user_id);
