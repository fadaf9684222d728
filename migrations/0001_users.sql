-- Conventions of every table: instants are bigint milliseconds since 1970 UTC (exact, and the same
-- number everywhere); durations are bigint milliseconds; money is cents and micro-tokens; a tile is
-- its S2 cell id as a signed 64-bit integer. `to_time` shows an instant to a human.

create function to_time(ms bigint) returns timestamptz language sql immutable strict
return to_timestamp(ms / 1000.0);

create table app_user (
  id                uuid not null,
  username          text not null,
  email             text not null,             -- as typed; empty once deleted
  password_hash     text not null,             -- argon2id, encoded
  roles             smallint not null,         -- bits: 1 runner, 2 organiser, 4 operator
  banned            boolean not null default false,
  deleted           boolean not null default false,
  created_at        bigint not null,           -- ms
  -- Money and mining: one row of `game::account`.
  version           bigint not null default 0,
  coins_cents       bigint not null default 0,
  tokens_micro      bigint not null default 0,
  mined_total_micro bigint not null default 0, -- sum of the ledger's mining rows
  tiles             bigint not null default 0, -- count(tile where owner = id and counted)
  settled_at        bigint not null default 0, -- ms; acc is complete up to here
  claimed_at        bigint not null default 0, -- ms; 0: the store never began to fill
  acc               bigint not null default 0, -- half-tile ms not yet paid
  claims_count      bigint not null default 0, -- numbers the ledger's mining causes
  full_told         boolean not null default false, -- has a mining_full notice since claimed_at
  constraint app_user_pk primary key (id),
  constraint app_user_coins_not_negative check (coins_cents >= 0),
  constraint app_user_tokens_not_negative check (tokens_micro >= 0),
  constraint app_user_tiles_not_negative check (tiles >= 0),
  constraint app_user_acc_not_negative check (acc >= 0)
) with (fillfactor = 70);

create unique index app_user_email_key on app_user (lower(email collate "C")) where not deleted;
create unique index app_user_username_key on app_user (lower(username collate "C")) where not deleted;
create index app_user_most_tiles on app_user (tiles desc, id) where tiles > 0;

create index app_user_to_tell_full on app_user (claimed_at) where tiles > 0 and not full_told;

create table home_zone (
  user_id  uuid not null,
  position smallint not null,  -- 0, 1, 2
  lat_e7   integer not null,   -- degrees × 10^7
  lon_e7   integer not null,
  radius_m integer not null,
  constraint home_zone_pk primary key (user_id, position),
  constraint home_zone_user_fk foreign key (user_id) references app_user (id)
);

-- One login; its refresh tokens form a family that ends as one.
create table session_family (
  id       uuid not null,
  user_id  uuid not null,
  started_at bigint not null,  -- ms
  ended_at bigint,             -- ms
  constraint session_family_pk primary key (id),
  constraint session_family_user_fk foreign key (user_id) references app_user (id)
);

create index session_family_live on session_family (user_id) where ended_at is null;

create table refresh_token (
  hash       text not null,    -- of the token; the token itself is never stored
  family     uuid not null,
  expires_at bigint not null,  -- ms
  spent_by   text,             -- hash of the token it was spent for
  spent_at   bigint,           -- ms; of the first time
  constraint refresh_token_pk primary key (hash),
  constraint refresh_token_family_fk foreign key (family) references session_family (id)
);

create index refresh_token_family on refresh_token (family);
