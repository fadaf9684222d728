/** The strongest owners of what is in view, and what a newcomer wants to know. */
import { signal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import { isSignedIn, profile } from "../api/session";
import { connection } from "../live/socket";
import { askToSignIn } from "../play/sign_in";
import { route } from "../route";
import { count } from "../units";
import { When } from "../ui/parts";
import type { Holder } from "./holders";
import { fillOf, lookOf } from "./owner_colours";
import { goToRegion, listedRegions } from "./regions";
import { asOf, fresh, holders, mode, partly } from "./territory";
import { palette } from "./theme";
import { placeText } from "./tile_text";

const shown_max = 8;
const open = signal(!matchMedia("(max-width: 760px)").matches);

export function Legend() {
  return (
    <div class="map-cards">
      <Newcomer />
      <Strongest />
    </div>
  );
}

function Strongest() {
  const id = useId();
  const held = holders.value;
  return (
    <section class="map-card legend" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>
        <button
          type="button"
          class="quiet"
          aria-expanded={open.value}
          aria-controls={id}
          onClick={() => (open.value = !open.value)}
        >
          Strongest here <span aria-hidden="true">{open.value ? "▾" : "▸"}</span>
        </button>
      </h2>
      <div id={id} hidden={!open.value}>
        {held && held.all.length > 0 && <Holders />}
        {held && held.all.length === 0 && (
          <p class="nothing">
            {partly.value
              ? "Nobody holds ground in the middle of the view."
              : "Nobody holds ground in view. Run here and it is yours."}
          </p>
        )}
        <Elsewhere />
        {!held && <p class="nothing">{connecting() ? "Loading …" : "Not connected yet."}</p>}
      </div>
      <Freshness />
    </section>
  );
}

/** Where else ground is held, while the view is larger than what is counted. */
function Elsewhere() {
  const regions = listedRegions.value;
  if (regions.length === 0) return null;
  return (
    <>
      <h3>Ground is held at</h3>
      <ul class="regions">
        {regions.map(({ region, lat, lon }) => (
          <li key={region}>
            <button type="button" class="link" onClick={() => goToRegion([lon, lat])}>
              {placeText(lat, lon, 1)}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function connecting(): boolean {
  return connection.value === "live" || connection.value === "connecting";
}

function Holders() {
  const { all, tiles, only_strongest } = holders.value!;
  const me = profile.value?.id;
  const mine = all.findIndex((x) => x.owner === me);
  const first = all.slice(0, shown_max);
  const own = mine >= shown_max ? all[mine] : undefined;
  return (
    <>
      <ol class="holders">
        {first.map((x) => (
          <Row key={x.owner} of={x} mine={x.owner === me} />
        ))}
        {own && <Row of={own} mine rank={mine + 1} />}
      </ol>
      <p class="hint">
        {count(tiles)} held {tiles === 1 ? "tile" : "tiles"} in{" "}
        {partly.value ? "the counted part" : "view"}
        {only_strongest ? ". Of each area only the strongest owner is listed" : ""}
        {!only_strongest && all.length > shown_max ? `, of ${count(all.length)} owners` : ""}.
      </p>
    </>
  );
}

function Row({ of, mine, rank }: { of: Holder; mine: boolean; rank?: number }) {
  const colour = fillOf(palette.value, lookOf(of.owner, profile.value?.id ?? null));
  return (
    <li class={mine ? "own" : ""} value={rank}>
      <span class="owner-colour" style={{ backgroundColor: colour }} aria-hidden="true" />
      <span class="holder-name">
        {of.name}
        {mine && <span class="hint"> (you{rank ? `, no. ${count(rank)}` : ""})</span>}
      </span>
      <span class="number">
        {count(of.tiles)}
        <span class="hidden-text">{of.tiles === 1 ? " tile" : " tiles"}</span>
      </span>
    </li>
  );
}

/** Said only when the map is not what the server knows now. */
function Freshness() {
  if (fresh.value || asOf.value === null) return null;
  return (
    <p class="stale" role="status">
      {mode.value === "areas" ? "Counts" : "The map"} as of <When at={asOf.value} />: not live.
    </p>
  );
}

const seen_key = "fief.seen";
const newcomer = signal(!wasHere());

function wasHere(): boolean {
  try {
    return localStorage.getItem(seen_key) !== null;
  } catch {
    return false;
  }
}

function dismiss(): void {
  newcomer.value = false;
  try {
    localStorage.setItem(seen_key, "1");
  } catch {
    // Without storage the card comes again next time.
  }
}

/** Whoever moves the map or opens a panel has begun: the card is in his way. */
function useBegun(): void {
  useEffect(() => {
    if (!newcomer.peek()) return;
    const opened = () => {
      if (route.peek().length > 0) dismiss();
    };
    const moved = ({ target }: Event) => {
      if (target instanceof Element && target.closest(".map")) dismiss();
    };
    addEventListener("hashchange", opened);
    addEventListener("pointerdown", moved);
    addEventListener("wheel", moved);
    return () => {
      removeEventListener("hashchange", opened);
      removeEventListener("pointerdown", moved);
      removeEventListener("wheel", moved);
    };
  }, []);
}

function Newcomer() {
  useBegun();
  if (!newcomer.value || isSignedIn.value || route.value.length > 0) return null;
  return (
    <section class="map-card newcomer" aria-label="What this is">
      <p>
        <b>Run, and the ground you cover is yours.</b> The map shows who holds which part of the
        city, and it changes while you watch. Close a loop and what it surrounds is yours too.
        Ground earns tokens until somebody runs there faster or later.
      </p>
      <p class="row">
        <button type="button" class="primary" onClick={() => askToSignIn()}>
          Sign in to play
        </button>
        <button type="button" onClick={dismiss}>
          Just watch
        </button>
      </p>
    </section>
  );
}
