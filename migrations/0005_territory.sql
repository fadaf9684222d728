-- The log of claims, kept for ever. The owner of a tile is the greatest of its claims that are not
-- revoked: later holds_until, then earlier crossed_at, then smaller run.
create table claim (
  run_id      uuid not null,
  tile        bigint not null,
  user_id     uuid not null,
  crossed_at  bigint not null,   -- ms
  holds_until bigint not null,   -- ms; the tile is free from then on
  enclosed    boolean not null,
  revoked_at  bigint,            -- ms
  taken_from  uuid,              -- whose tile it was when this claim was merged
  constraint claim_pk primary key (run_id, tile),
  constraint claim_run_fk foreign key (run_id) references run (id)
);

create index claim_of_tile on claim (tile, crossed_at);

-- A cache of the log's maximum, also when that has run out: free is only a view of time. A tile of
-- an area is found by the range of the area's cell ids. A tile whose claims are all revoked stays
-- without an owner, so that its generation goes on.
create table tile (
  tile        bigint not null,
  owner       uuid,
  run_id      uuid,
  crossed_at  bigint not null default 0,   -- ms
  holds_until bigint not null default 0,   -- ms
  enclosed    boolean not null default false,
  generation  bigint not null default 0,   -- raised when claims were revoked
  counted     boolean not null default false, -- is one of app_user.tiles of its owner
  constraint tile_pk primary key (tile),
  constraint tile_owner_has_run check ((owner is null) = (run_id is null)),
  constraint tile_counted_has_owner check (owner is not null or not counted)
) with (fillfactor = 80);

create index tile_of_owner on tile (owner, counted, holds_until);
create index tile_expiry on tile (holds_until) where counted;

-- The tile level, fixed at the first start.
create table world (
  only_one   boolean not null default true,
  tile_level smallint not null,
  constraint world_pk primary key (only_one),
  constraint world_only_one check (only_one),
  constraint world_level_range check (tile_level between 15 and 19)
);

-- Something a user is told, once per cause. Tiles lost to a run are counted while its claims are
-- merged and published when all of them are.
create table notification (
  id           uuid not null,
  user_id      uuid not null,
  kind         text not null,
  cause        text not null,
  at           bigint not null,   -- ms
  count        bigint not null default 0,
  amount_cents bigint not null default 0,
  run_id       uuid,
  event_id     uuid,
  text         text not null default '',
  published    boolean not null default true,
  constraint notification_pk primary key (id),
  constraint notification_cause_key unique (user_id, cause),
  constraint notification_user_fk foreign key (user_id) references app_user (id)
);

create index notification_of_user on notification (user_id, at, id) where published;
create index notification_held_back on notification (run_id) where not published;

-- The id that a notification has on every try.
create function notification_id(p_user uuid, p_cause text) returns uuid language sql immutable
return md5(p_user::text || ' ' || p_cause)::uuid;

-- First answers to requests that carried an Idempotency-Key.
create table idempotency_key (
  user_id      uuid not null,
  key          text not null,
  request_hash text not null,
  seed         uuid not null,     -- ids made by the request derive from it
  status       integer,           -- null until the first answer is known
  body         text not null default '',
  created_at   bigint not null,   -- ms
  constraint idempotency_key_pk primary key (user_id, key),
  constraint idempotency_key_user_fk foreign key (user_id) references app_user (id)
);

create index idempotency_key_by_age on idempotency_key (created_at);
