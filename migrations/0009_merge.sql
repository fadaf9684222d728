-- Merging claims again, at less cost for each: the answer for a tile that was taken comes from the
-- plan, where three rows were looked up a second time, and mining hears of each user's tiles once
-- for an instant, not once for a tile.
--
-- Rows are found by `lateral ... offset 0` and by `on conflict`, which leave the planner no way but
-- an index lookup for each claim. Its plans are kept while tables grow: one made for an empty `tile`
-- read all of it for every claim, until the first `analyze` of a new city.
drop function merge_claims(bigint[], uuid[], bigint[], bigint[], bigint, bigint);
drop type planned_merge;

create type planned_merge as (
  ord bigint, tile bigint, run_id uuid, user_id uuid, crossed_at bigint, holds_until bigint,
  enclosed boolean, at bigint, generation bigint, stale boolean, wins boolean, is_new boolean,
  old_owner uuid, old_holds bigint, old_counted boolean, taken_from uuid
);

-- Merges claims of the log into their tiles; no tile may come twice. `outcome`: 1 merged (or nothing
-- to change), 2 the tile's generation has moved, 3 no such claim in the log.
create function merge_claims(p_tile bigint[], p_run uuid[], p_generation bigint[], p_now bigint[],
                             p_store_max bigint, p_soft_cap bigint)
returns table (ord bigint, outcome integer, tile bigint, owner uuid, run_id uuid, crossed_at bigint,
               holds_until bigint, enclosed boolean, generation bigint, loser uuid)
language plpgsql set enable_seqscan = off as $$
#variable_conflict use_column
declare
  plan planned_merge[];
  users uuid[];
  ats bigint[];
  deltas integer[];
begin
  perform 1 from (select x from unnest(p_tile) x order by x) u
  cross join lateral (select 1 from tile t where t.tile = u.x for no key update of t offset 0) t;

  select array_agg(row(
    u.ord, u.tile, c.run_id, c.user_id, c.crossed_at, c.holds_until, c.enclosed, u.at, u.generation,
    c.run_id is not null and c.revoked_at is null and t.run_id is distinct from c.run_id
      and coalesce(t.generation, 0) <> u.generation,
    c.run_id is not null and c.revoked_at is null and coalesce(t.generation, 0) = u.generation
      and (t.owner is null or c.holds_until > t.holds_until
           or (c.holds_until = t.holds_until and (c.crossed_at < t.crossed_at
               or (c.crossed_at = t.crossed_at and c.run_id < t.run_id)))),
    t.tile is null, t.owner, t.holds_until, coalesce(t.counted, false),
    -- Nobody loses a tile that was his own, or that had run out.
    case when t.owner <> c.user_id and t.holds_until > u.at then t.owner else c.taken_from
    end)::planned_merge)
  into plan
  from unnest(p_tile, p_run, p_generation, p_now) with ordinality u (tile, run_id, generation, at, ord)
  left join lateral (select * from claim c where c.run_id = u.run_id and c.tile = u.tile offset 0) c
    on true
  left join lateral (select * from tile t where t.tile = u.tile offset 0) t on true;

  insert into tile as t (tile, owner, run_id, crossed_at, holds_until, enclosed, counted)
  select p.tile, p.user_id, p.run_id, p.crossed_at, p.holds_until, p.enclosed, p.holds_until > p.at
  from unnest(plan) p where p.wins and not p.is_new -- All of these are there, and locked.
  on conflict on constraint tile_pk do update
  set owner = excluded.owner, run_id = excluded.run_id, crossed_at = excluded.crossed_at,
      holds_until = excluded.holds_until, enclosed = excluded.enclosed, counted = excluded.counted;

  -- A row that another node inserted meanwhile is left alone: its merge is answered as stale.
  with born as (
    insert into tile (tile, owner, run_id, crossed_at, holds_until, enclosed, counted)
    select p.tile, p.user_id, p.run_id, p.crossed_at, p.holds_until, p.enclosed,
           p.holds_until > p.at
    from unnest(plan) p where p.wins and p.is_new
    order by p.tile
    on conflict on constraint tile_pk do nothing
    returning tile
  )
  select array_agg(row(p.ord, p.tile, p.run_id, p.user_id, p.crossed_at, p.holds_until, p.enclosed,
                       p.at, p.generation, p.stale or (p.wins and p.is_new and b.tile is null),
                       p.wins and (not p.is_new or b.tile is not null), p.is_new, p.old_owner,
                       p.old_holds, p.old_counted, p.taken_from)::planned_merge)
  into plan
  from unnest(plan) p left join born b on b.tile = p.tile;

  -- Gains before losses of the same instant, as they would come one by one.
  select array_agg(s.user_id), array_agg(s.at), array_agg(s.delta)
  into users, ats, deltas
  from (select e.user_id, e.at, sum(e.delta)::integer as delta
        from (select p.user_id, p.at, case when p.holds_until > p.at then 1 else 0 end as delta
              from unnest(plan) p where p.wins
              union all
              select p.old_owner, least(p.old_holds, p.at), -1
              from unnest(plan) p where p.wins and p.old_counted
              union all
              select p.old_owner, p.at, 0
              from unnest(plan) p where p.wins and p.old_counted and p.old_holds < p.at) e
        group by e.user_id, e.at, sign(e.delta)) s;
  if users is not null then
    perform mining_apply(users, ats, deltas, p_store_max, p_soft_cap);
  end if;

  insert into claim as c (run_id, tile, user_id, crossed_at, holds_until, enclosed, taken_from)
  select p.run_id, p.tile, p.user_id, p.crossed_at, p.holds_until, p.enclosed, p.old_owner
  from unnest(plan) p
  where p.wins and p.old_owner <> p.user_id and p.old_holds > p.at
  on conflict on constraint claim_pk do update set taken_from = excluded.taken_from;

  insert into notification as n (id, user_id, kind, cause, at, count, run_id, published)
  select notification_id(p.old_owner, 'tiles_lost:' || p.run_id), p.old_owner, 'tiles_lost',
         'tiles_lost:' || p.run_id, max(p.at), count(*), p.run_id, false
  from unnest(plan) p
  where p.wins and p.old_owner <> p.user_id and p.old_holds > p.at
  group by p.old_owner, p.run_id
  on conflict on constraint notification_cause_key
    do update set count = n.count + excluded.count, at = excluded.at;

  return query
  select p.ord, 1, p.tile, p.user_id, p.run_id, p.crossed_at, p.holds_until, p.enclosed,
         p.generation, p.taken_from
  from unnest(plan) p where p.wins
  union all
  select p.ord,
         case when p.stale then 2 when p.run_id is null then 3 else 1 end,
         p.tile, t.owner, t.run_id, coalesce(t.crossed_at, 0), coalesce(t.holds_until, 0),
         coalesce(t.enclosed, false), coalesce(t.generation, 0),
         case when t.run_id = p.run_id then c.taken_from end
  from unnest(plan) p
  left join lateral (select * from tile t where t.tile = p.tile offset 0) t on true
  left join lateral (select * from claim c where c.run_id = p.run_id and c.tile = p.tile offset 0) c
    on true
  where not p.wins;
end $$;

-- Seldom called, and for many tiles: planned each time.
alter function recompute_tiles(bigint[], bigint, bigint, bigint)
set plan_cache_mode = force_custom_plan;

-- The tiles of all users in the order in which they run out, for those who look for any of them.
-- Its expression keeps it from being taken for the tiles of one user: to find the first of a user's
-- that runs out, Postgres would rather read everybody's up to there, thinking that they are evenly
-- mixed.
drop index tile_expiry;
create index tile_expiry on tile ((holds_until + 0)) where counted;

-- As before (0004), but what was put into an empty place, which nearly all is, needs no second look.
create or replace function append_chunks(p_run uuid[], p_user uuid[], p_first bigint[],
                                         p_count integer[], p_data text[], p_drift bigint[],
                                         p_now bigint[])
returns table (ord bigint, outcome integer) language plpgsql set enable_seqscan = off as $$
declare
  fresh_chunks bigint;
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
  ), put as (
    insert into fix_chunk (run_id, first_seq, count, data)
    select u.run_id, u.first_seq, u.count, decode(u.data, 'hex')
    from unnest(p_run, p_first, p_count, p_data) u (run_id, first_seq, count, data)
    join fresh f on f.id = u.run_id
    on conflict on constraint fix_chunk_pk do nothing
    returning 1
  )
  select count(*) into fresh_chunks from put;
  if fresh_chunks = cardinality(p_run) then
    return query select n::bigint, 1 from generate_subscripts(p_run, 1) n;
    return;
  end if;

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
