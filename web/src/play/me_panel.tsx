/** My ground: what I hold, what it yields, what I own. */
import { useEffect } from "preact/hooks";
import { api, must } from "../api/client";
import { reloadProfile } from "../api/me";
import { profile } from "../api/session";
import { onMessage } from "../live/socket";
import { viewport } from "../map/stage";
import { pathOf } from "../route";
import { useLoad } from "../ui/loading";
import { Facts, Failure, Panel } from "../ui/parts";
import { coins, count, tileCount, tokens } from "../units";
import { Ledger } from "./ledger";
import { MiningSection } from "./mining_section";
import { MyTilesButton } from "./my_tiles_button";

const near_m = 10_000;
const ranks_max = 200;

export default function MePanel() {
  const me = profile.value;
  const balances = useLoad(() => reloadProfile(), []);
  useEffect(() => {
    const reload = () => void reloadProfile().catch(() => undefined);
    const stops = [onMessage("mining", reload), onMessage("notice", reload)];
    return () => stops.forEach((stop) => stop());
  }, []);
  if (!me) return null;
  return (
    <Panel title="My ground">
      {balances.error ? <Failure error={balances.error} retry={balances.reload} /> : null}
      <Facts
        of={[
          ["Tiles", count(me.tiles)],
          ["Rank near here", <RankNearHere user={me.id} tiles={me.tiles} />],
          ["Coins", coins(me.coins_cents)],
          ["Tokens", tokens(me.tokens_micro)],
          ["Experience", `${count(me.xp)} XP`],
        ]}
      />
      <MyTilesButton me={me} />
      <MiningSection />
      <Ledger />
      <p class="links">
        <a href={pathOf("runs")}>My runs</a>
        <a href={pathOf("tickets")}>My tickets</a>
        <a href={pathOf("account")}>My account</a>
      </p>
    </Panel>
  );
}

/** Among those who hold tiles within 10 km of the middle of the map. */
function RankNearHere({ user, tiles }: { user: string; tiles: number }) {
  const center = viewport.value?.center;
  const near = center && center.map((x) => x.toFixed(2)).join(",");
  const { data, error, reload } = useLoad(
    async (signal) => {
      if (!near || tiles === 0) return null;
      const query = { near, radius_m: near_m, limit: ranks_max };
      const ranks = await must(
        api.GET("/v1/leaderboards/territory", { params: { query }, signal }),
      );
      return { mine: ranks.items.find((x) => x.user === user), of: ranks.items.length };
    },
    [near, user, tiles],
  );
  if (error) return <Failure error={error} retry={reload} />;
  if (tiles === 0) return <>None: you hold no tile</>;
  if (!data) return <>…</>;
  const of = data.of < ranks_max ? ` of ${count(data.of)}` : "";
  const within = <span class="hint">within 10 km of the middle of the map</span>;
  if (!data.mine)
    return (
      <>
        {data.of < ranks_max ? "No tile of yours" : `Not among the first ${ranks_max}`} {within}
      </>
    );
  return (
    <>
      {count(data.mine.rank)}
      {of}, with {tileCount(data.mine.tiles)} {within}
    </>
  );
}
