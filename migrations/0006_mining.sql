-- The only place that does the arithmetic of mining, `game/mining.hpp` in one statement: applies
-- changes of tile counts (a delta of 0 only settles), together with every counted tile of these
-- users that ran out up to the user's last change, in order of time, each as of its own instant.
-- Call it after the tile rows were changed: a tile taken away is no longer the loser's to expire.
-- p_soft_cap: null for none.
create function mining_apply(p_user uuid[], p_at bigint[], p_delta integer[], p_store_max bigint,
                             p_soft_cap bigint) returns void language plpgsql
set enable_seqscan = off -- Plans are kept while tables grow.
as $$
declare
  gone_tile bigint[];
  gone_user uuid[];
  gone_at bigint[];
begin
  perform 1 from app_user where id = any (p_user) order by id for no key update;

  select array_agg(t.tile), array_agg(h.user_id), array_agg(t.holds_until)
  into gone_tile, gone_user, gone_at
  from (select u.user_id, max(u.at) as at from unnest(p_user, p_at) u (user_id, at)
        group by u.user_id) h
  cross join lateral (select g.tile, g.holds_until from tile g
                      where g.owner = h.user_id and g.counted and g.holds_until <= h.at
                      offset 0) t;
  if gone_tile is not null then
    update tile set counted = false where tile = any (gone_tile);
  end if;

  with step as (
    select * from unnest(p_user, p_at, p_delta) u (user_id, at, delta)
    union all
    select *, -1 from unnest(gone_user, gone_at) u (user_id, at)
  ), account as (
    select * from app_user where id = any (p_user)
  ), timed as (
    select s.user_id, s.delta, a.settled_at, a.claimed_at,
           greatest(a.settled_at, s.at) as t,
           coalesce(lag(greatest(a.settled_at, s.at)) over w, a.settled_at) as since,
           a.tiles + sum(s.delta) over w - s.delta as tiles_before
    from step s join account a on a.id = s.user_id
    window w as (partition by s.user_id order by s.at, s.delta desc rows unbounded preceding)
  ), begun as (
    -- The first tile ever starts the first filling of the store.
    select *, case when claimed_at <> 0 then claimed_at
                   else coalesce(min(t) filter (where delta > 0) over (partition by user_id), 0)
              end as filling_from
    from timed
  ), summed as (
    select user_id, sum(delta) as delta, max(t) as t, max(filling_from) as filling_from,
           sum((tiles_before + least(tiles_before, p_soft_cap))
               * greatest(0, least(t, filling_from + p_store_max) - since)) as acc
    from begun group by user_id
  )
  update app_user a
  set tiles = a.tiles + s.delta, settled_at = s.t, claimed_at = s.filling_from,
      acc = a.acc + s.acc, version = a.version + 1
  from summed s
  where a.id = s.user_id and (s.delta <> 0 or s.t > a.settled_at or s.filling_from <> a.claimed_at);
end $$;

create type planned_merge as (
  ord bigint, tile bigint, run_id uuid, user_id uuid, crossed_at bigint, holds_until bigint,
  enclosed boolean, at bigint, stale boolean, wins boolean, is_new boolean,
  old_owner uuid, old_holds bigint, old_counted boolean
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
  perform 1 from tile t where t.tile = any (p_tile) order by t.tile for no key update;

  select array_agg(row(
    u.ord, u.tile, c.run_id, c.user_id, c.crossed_at, c.holds_until, c.enclosed, u.at,
    c.run_id is not null and c.revoked_at is null and t.run_id is distinct from c.run_id
      and coalesce(t.generation, 0) <> u.generation,
    c.run_id is not null and c.revoked_at is null and coalesce(t.generation, 0) = u.generation
      and (t.owner is null or c.holds_until > t.holds_until
           or (c.holds_until = t.holds_until and (c.crossed_at < t.crossed_at
               or (c.crossed_at = t.crossed_at and c.run_id < t.run_id)))),
    t.tile is null, t.owner, t.holds_until, coalesce(t.counted, false))::planned_merge)
  into plan
  from unnest(p_tile, p_run, p_generation, p_now) with ordinality u (tile, run_id, generation, at, ord)
  left join claim c on c.run_id = u.run_id and c.tile = u.tile
  left join tile t on t.tile = u.tile;

  update tile t
  set owner = p.user_id, run_id = p.run_id, crossed_at = p.crossed_at, holds_until = p.holds_until,
      enclosed = p.enclosed, counted = p.holds_until > p.at
  from unnest(plan) p where t.tile = p.tile and p.wins and not p.is_new;

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
                       p.at, p.stale or (p.wins and p.is_new and b.tile is null),
                       p.wins and (not p.is_new or b.tile is not null), p.is_new, p.old_owner,
                       p.old_holds, p.old_counted)::planned_merge)
  into plan
  from unnest(plan) p left join born b on b.tile = p.tile;

  select array_agg(e.user_id), array_agg(e.at), array_agg(e.delta)
  into users, ats, deltas
  from (select p.user_id, p.at, case when p.holds_until > p.at then 1 else 0 end as delta
        from unnest(plan) p where p.wins
        union all
        select p.old_owner, least(p.old_holds, p.at), -1
        from unnest(plan) p where p.wins and p.old_counted
        union all
        select p.old_owner, p.at, 0
        from unnest(plan) p where p.wins and p.old_counted and p.old_holds < p.at) e;
  if users is not null then
    perform mining_apply(users, ats, deltas, p_store_max, p_soft_cap);
  end if;

  update claim c set taken_from = p.old_owner from unnest(plan) p
  where c.run_id = p.run_id and c.tile = p.tile and p.wins and p.old_owner <> p.user_id
    and p.old_holds > p.at;

  insert into notification as n (id, user_id, kind, cause, at, count, run_id, published)
  select notification_id(p.old_owner, 'tiles_lost:' || p.run_id), p.old_owner, 'tiles_lost',
         'tiles_lost:' || p.run_id, max(p.at), count(*), p.run_id, false
  from unnest(plan) p
  where p.wins and p.old_owner <> p.user_id and p.old_holds > p.at
  group by p.old_owner, p.run_id
  on conflict on constraint notification_cause_key
    do update set count = n.count + excluded.count, at = excluded.at;

  return query
  select p.ord,
         case when p.stale then 2 when p.run_id is null then 3 else 1 end,
         p.tile, t.owner, t.run_id, coalesce(t.crossed_at, 0), coalesce(t.holds_until, 0),
         coalesce(t.enclosed, false), coalesce(t.generation, 0),
         case when t.run_id = p.run_id then c.taken_from end
  from unnest(plan) p left join tile t on t.tile = p.tile
  left join claim c on c.run_id = p.run_id and c.tile = p.tile;
end $$;

-- Works out tiles again from the claims that are left, after some were revoked, and raises their
-- generation. Tiles that no claim was ever merged into are passed over.
create function recompute_tiles(p_tile bigint[], p_now bigint, p_store_max bigint, p_soft_cap bigint)
returns setof tile language plpgsql set enable_seqscan = off as $$
#variable_conflict use_column
declare
  users uuid[];
  ats bigint[];
  deltas integer[];
begin
  perform 1 from tile t where t.tile = any (p_tile) order by t.tile for no key update;

  with best as (
    select distinct on (c.tile) c.*
    from claim c where c.tile = any (p_tile) and c.revoked_at is null
    order by c.tile, c.holds_until desc, c.crossed_at, c.run_id
  ), old as (
    select t.* from tile t where t.tile = any (p_tile)
  ), changed as (
    update tile t
    set owner = b.user_id, run_id = b.run_id, crossed_at = coalesce(b.crossed_at, 0),
        holds_until = coalesce(b.holds_until, 0), enclosed = coalesce(b.enclosed, false),
        generation = t.generation + 1,
        counted = case when o.run_id = b.run_id then t.counted
                       else coalesce(b.holds_until > p_now, false) end
    from old o left join best b on b.tile = o.tile
    where t.tile = o.tile
    returning o.owner as old_owner, o.run_id as old_run, o.holds_until as old_holds,
              o.counted as old_counted, t.owner as new_owner, t.run_id as new_run,
              t.counted as new_counted
  ), moved as (
    select * from changed where old_run is distinct from new_run
  )
  select array_agg(e.user_id), array_agg(e.at), array_agg(e.delta)
  into users, ats, deltas
  from (select new_owner as user_id, p_now as at, 1 as delta from moved where new_counted
        union all
        select old_owner, least(old_holds, p_now), -1 from moved where old_counted
        union all
        select old_owner, p_now, 0 from moved where old_counted and old_holds < p_now) e;
  if users is not null then
    perform mining_apply(users, ats, deltas, p_store_max, p_soft_cap);
  end if;

  return query select t.* from tile t where t.tile = any (p_tile) order by t.tile;
end $$;
