-- What organisers and operators did, each row in the transaction of what it tells.
create table action (
  id     uuid not null,
  at     bigint not null,  -- ms
  by_id  uuid,             -- null: at the command line
  kind   text not null,
  target uuid not null,    -- an event, a user or a run
  detail json not null,    -- json, not jsonb: what was written is what is read
  constraint action_pk primary key (id),
  constraint action_detail_object check (json_typeof(detail) = 'object'),
  constraint action_kind_known check (kind in (
    'event_created', 'event_edited', 'event_cancelled', 'ticket_granted', 'coins_granted',
    'rights_changed', 'run_accepted', 'run_rejected', 'operator_created'))
);
create index action_by_time on action (at, id);
create index action_of_user on action (by_id, at, id);
create index action_of_target on action (target, at, id);

-- What cancelling an event pays back.
alter table event add column tickets_cents bigint not null default 0;
update event e set tickets_cents = coalesce((select sum(k.price_cents) from ticket k
  where k.event_id = e.id and k.state <> 'refunded'), 0);
alter table event add constraint event_tickets_cents_not_negative check (tickets_cents >= 0);

-- Where an event is: its area, else where it starts. Kept, since a course may have 5,000 points.
alter table event
  add column place_lat_e7 integer generated always as (case when area_radius_m > 0
    then area_lat_e7 else coalesce(checkpoints[1], course[1]) end) stored,
  add column place_lon_e7 integer generated always as (case when area_radius_m > 0
    then area_lon_e7 else coalesce(checkpoints[2], course[2]) end) stored;

-- Runs that wait for a verdict.
create index run_flagged on run (created_at, id) where state = 'flagged';

-- Runs of simulated phones, of servers for development.
alter table run drop constraint run_source_known;
alter table run add constraint run_source_known
  check (source in ('app', 'file', 'strava', 'simulated'));
drop index run_fixes_to_expire;
create index run_fixes_to_expire on run (source, created_at)
  where source in ('file', 'strava') and not fixes_expired;
