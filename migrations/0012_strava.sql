-- Who is connected with Strava. Tokens are sealed with a key that is not in the database.
create table strava_connection (
  user_id      uuid not null,
  athlete      bigint not null,           -- Strava's id
  state        text not null,
  scope        text not null,
  sealed       text not null,             -- both tokens; empty: erased
  expires_at   bigint not null,           -- ms; of the access token
  version      bigint not null default 1, -- raised by every change of the tokens
  suspect      boolean not null default false, -- to be asked whether it still stands
  connected_at bigint not null,           -- ms
  look_at      bigint,                    -- ms; when to list activities
  look_from    bigint not null,           -- ms; those that started after it
  served_at    bigint not null default 0, -- ms; who waited longest comes first
  constraint strava_connection_pk primary key (user_id),
  constraint strava_connection_user_fk foreign key (user_id) references app_user (id),
  constraint strava_connection_athlete_key unique (athlete),
  constraint strava_connection_state_known check (state in ('active', 'broken', 'leaving')),
  constraint strava_connection_version_positive check (version > 0)
) with (fillfactor = 70);

create index strava_connection_to_end on strava_connection (user_id) where state = 'leaving' or suspect;
create index strava_connection_to_look on strava_connection (look_at)
  where look_at is not null and state = 'active';

-- The queue of imports, and what became of each.
create table strava_import (
  user_id    uuid not null,
  activity   bigint not null,            -- Strava's id; above 2^53 for some
  state      text not null,
  by_event   boolean not null,           -- announced by a webhook
  generation bigint not null default 1,  -- raised by every hint
  revision   bigint not null default 0,  -- raised by every plan
  run_id     uuid,                       -- of the last plan, perhaps not stored yet: no foreign key
  imported   boolean not null default false, -- that run is stored
  content    text not null default '',   -- what of the activity it was made of
  reason     text not null default '',
  attempts   integer not null default 0, -- that failed
  not_before bigint not null,            -- ms
  queued_at  bigint not null,            -- ms
  updated_at bigint not null,            -- ms
  started_at bigint not null default 0,  -- ms; the activity; 0: not known
  constraint strava_import_pk primary key (user_id, activity),
  constraint strava_import_connection_fk foreign key (user_id) references strava_connection (user_id),
  constraint strava_import_state_known check (state in ('queued', 'done', 'skipped', 'failed')),
  constraint strava_import_has_run check (not imported or run_id is not null),
  constraint strava_import_generation_positive check (generation > 0 and revision >= 0)
) with (fillfactor = 70);

create index strava_import_due on strava_import (not_before) where state = 'queued';
create index strava_import_of_user on strava_import (user_id, queued_at, activity);

-- When the server was last there to hear webhooks: one row.
create table strava_contact (
  id       smallint not null,
  alive_at bigint not null, -- ms
  constraint strava_contact_pk primary key (id),
  constraint strava_contact_one check (id = 1)
);
