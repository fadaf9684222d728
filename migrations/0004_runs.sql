create table run (
  id                uuid not null,
  user_id           uuid not null,
  kind              text not null,
  ticket_id         uuid,
  event_id          uuid,
  sport             text not null,
  state             text not null,
  reasons           text not null default '',     -- stable codes, joined by comma
  created_at        bigint not null,              -- ms, by the server's clock
  clock_offset      bigint not null,              -- ms, added to the device's times
  drift_max         bigint not null default 0,    -- ms
  last_data_at      bigint not null,              -- ms
  total_seq         bigint not null default 0,
  partial           boolean not null default false,
  started_at        bigint not null default 0,    -- ms, first good fix
  finished_at       bigint not null default 0,    -- ms, last good fix
  distance_m        double precision not null default 0,
  moving            bigint not null default 0,    -- ms
  tiles_passed      integer not null default 0,
  tiles_enclosed    integer not null default 0,
  tiles_taken       integer not null default 0,
  track_hash        uuid,
  has_result        boolean not null default false,
  result_value      bigint not null default 0,
  result_reached_at bigint not null default 0,    -- ms
  note              text not null default '',
  constraint run_pk primary key (id),
  constraint run_user_fk foreign key (user_id) references app_user (id),
  constraint run_ticket_fk foreign key (ticket_id) references ticket (id),
  constraint run_event_fk foreign key (event_id) references event (id),
  constraint run_ticket_key unique (ticket_id),
  constraint run_kind_known check (kind in ('free', 'event')),
  constraint run_kind_has_ticket check ((kind = 'event') = (ticket_id is not null)
                                        and (kind = 'event') = (event_id is not null)),
  constraint run_state_known
    check (state in ('recording', 'processing', 'accepted', 'flagged', 'rejected'))
) with (fillfactor = 70);

alter table ticket add constraint ticket_run_fk foreign key (run_id) references run (id)
  deferrable initially deferred;

create unique index run_one_recording on run (user_id) where state = 'recording';
create index run_processing on run (user_id) where state = 'processing';
create index run_of_user on run (user_id, created_at, id);
create index run_by_track on run (track_hash) where track_hash is not null;
create index run_of_event on run (event_id) where event_id is not null;

-- Fixes as compressed chunks, as they were received. Erased with the account.
create table fix_chunk (
  run_id    uuid not null,
  first_seq bigint not null,
  count     integer not null,
  data      bytea not null,
  constraint fix_chunk_pk primary key (run_id, first_seq),
  constraint fix_chunk_run_fk foreign key (run_id) references run (id),
  constraint fix_chunk_count_positive check (count > 0)
);
alter table fix_chunk alter column data set storage external; -- it is compressed already

-- Fingerprints of a track, to find runs that repeat it.
create table run_sketch (
  hash   bigint not null,
  run_id uuid not null,
  constraint run_sketch_pk primary key (hash, run_id),
  constraint run_sketch_run_fk foreign key (run_id) references run (id)
);
create index run_sketch_of_run on run_sketch (run_id);

-- Accepted runs whose claims are not all merged into the map.
create table outbox (
  run_id  uuid not null,
  user_id uuid not null,
  constraint outbox_pk primary key (run_id),
  constraint outbox_run_fk foreign key (run_id) references run (id)
);
create index outbox_of_user on outbox (user_id);

-- Appends a batch of chunks to runs that still record; `ord` numbers the answers:
-- 1 stored (or was there with the same bytes), 2 other bytes there, 3 not recording, 4 no such run.
-- The update of the run row is the lock that keeps a chunk from landing after the finish.
create function append_chunks(p_run uuid[], p_user uuid[], p_first bigint[], p_count integer[],
                              p_data text[], p_drift bigint[], p_now bigint[])
returns table (ord bigint, outcome integer) language plpgsql set enable_seqscan = off as $$
begin
  with seen as (
    select u.run_id, max(u.drift) as drift, max(u.at) as at
    from unnest(p_run, p_user, p_drift, p_now) u (run_id, user_id, drift, at)
    join run r on r.id = u.run_id and r.user_id = u.user_id
    group by u.run_id
  ), locked as (
    select r.id, s.drift, s.at from run r join seen s on s.run_id = r.id
    where r.state = 'recording' order by r.id for no key update of r
  ), fresh as (
    update run r
    set last_data_at = greatest(r.last_data_at, l.at), drift_max = greatest(r.drift_max, l.drift)
    from locked l where r.id = l.id
    returning r.id
  )
  insert into fix_chunk (run_id, first_seq, count, data)
  select u.run_id, u.first_seq, u.count, decode(u.data, 'hex')
  from unnest(p_run, p_first, p_count, p_data) u (run_id, first_seq, count, data)
  join fresh f on f.id = u.run_id
  on conflict on constraint fix_chunk_pk do nothing;

  return query
  select u.ord, case when r.id is null or r.user_id <> u.user_id then 4
                     when c.data = decode(u.data, 'hex') then 1
                     when c.data is not null then 2
                     else 3 end
  from unnest(p_run, p_user, p_first, p_data) with ordinality
         u (run_id, user_id, first_seq, data, ord)
  left join run r on r.id = u.run_id
  left join fix_chunk c on c.run_id = u.run_id and c.first_seq = u.first_seq;
end $$;
