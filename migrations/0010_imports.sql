-- Runs that were recorded elsewhere: by files and by other services.
alter table run
  add column source          text not null default 'app',
  add column external        text not null default '',      -- its id at the source; empty: none
  add column takes_territory boolean not null default true, -- false: statistics only
  add column fixes_expired   boolean not null default false, -- erased after their time
  add column forgotten       boolean not null default false, -- its source took it back
  add constraint run_source_known check (source in ('app', 'file', 'strava')),
  add constraint run_forgotten_is_rejected check (not forgotten or state = 'rejected');

create unique index run_external on run (user_id, source, external)
  where external <> '' and not forgotten;
create index run_fixes_to_expire on run (source, created_at)
  where source <> 'app' and not fixes_expired;
