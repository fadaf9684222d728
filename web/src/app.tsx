/** The frame: a bar, the map, and a panel beside it with the screen that the address names. */
import { signal, useComputed } from "@preact/signals";
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { profile, signOut } from "./api/session";
import { MapView } from "./map/map_view";
import { Legend } from "./map/legend";
import { rolesInWords, screenOf, windowTitle, type PanelProps } from "./panels";
import { EventsOnMap } from "./play/events_on_map";
import { NewsCount } from "./play/news_count";
import { askToSignIn, SignIn } from "./play/sign_in";
import { under_way } from "./play/simulator/under_way";
import { go, pathOf, route } from "./route";
import { ConnectionState } from "./live/connection_state";
import { connection } from "./live/socket";
import { server } from "./server";
import { find, focusIfLost } from "./ui/focus";
import { useLoad } from "./ui/loading";
import { Nothing, Panel } from "./ui/parts";
import { Toasts } from "./ui/toast";

export function App() {
  const name = useComputed(() => route.value[0] ?? "");
  const screen = screenOf(name.value);
  useEffect(() => void (document.title = windowTitle(name.value)), [name.value]);
  useFocusBack();
  return (
    <div class="app">
      <a class="skip" href="#panel" onClick={skipMap}>
        Skip the map
      </a>
      <TopBar />
      <main class={screen ? `with-panel ${screen.wide ? "wide" : ""}` : ""}>
        <MapView />
        <Legend />
        <EventsOnMap />
        {name.value !== "" && (
          <aside id="panel" class="panel" aria-label="Details" onKeyDown={closeOnEscape}>
            <button
              type="button"
              class="quiet panel-close"
              aria-label="Close the panel"
              onClick={() => go()}
            >
              ✕
            </button>
            <Screen key={keyOf(name.value)} name={name.value} />
          </aside>
        )}
      </main>
      <Toasts />
      <SignIn />
    </div>
  );
}

/** The part of the address behind `#` names the screen, so the browser's own jump would close it. */
function skipMap(event: MouseEvent): void {
  event.preventDefault();
  const beyond = find("#panel h2") ?? find("#panel button") ?? find(".map-cards button");
  beyond?.focus();
}

/** Not out of a field, where something may be typed, nor out of a dialog, which closes itself. */
function closeOnEscape({ key, target, defaultPrevented }: KeyboardEvent): void {
  if (key !== "Escape" || defaultPrevented || !(target instanceof Element)) return;
  if (!target.closest("input, select, textarea, dialog")) go();
}

/** From a panel that goes away to what opened it, else to the map. */
function useFocusBack(): void {
  const opener = useRef<HTMLElement | null>(null);
  const address = route.value.join("/");
  // Before the panel's heading takes the focus.
  useLayoutEffect(() => {
    if (address === "") return;
    const now = document.activeElement;
    if (now instanceof HTMLElement && now !== document.body && !now.closest("#panel"))
      opener.current = now;
    return () => {
      if (route.peek().length === 0) focusIfLost(opener.current, find(".maplibregl-canvas"));
    };
  }, [address]);
}

/** Another user's screens are other screens; nobody's go on as somebody's. */
function keyOf(name: string): string {
  return screenOf(name)?.needs ? `${name} ${profile.value?.id ?? ""}` : name;
}

const loaded = signal<Record<string, ComponentType<PanelProps>>>({});

function Screen({ name }: { name: string }) {
  const screen = screenOf(name);
  const state = useLoad(async () => {
    const module = await screen?.load();
    if (module) loaded.value = { ...loaded.value, [name]: module.default };
  }, [name]);
  const box = useRef<HTMLDivElement>(null);
  const path = useComputed(() => route.value.slice(1));
  const Content = loaded.value[name];
  useEffect(
    () => box.current?.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true }),
    [Content, route.value.join("/")],
  );

  if (!screen)
    return (
      <Panel title="Not found">
        <Nothing>There is nothing at this address.</Nothing>
      </Panel>
    );
  const { needs } = screen;
  if (needs && !profile.value)
    return (
      <Panel title="Sign in">
        <p>
          {needs === "user"
            ? "This is for players. Sign in, or create an account: it takes a name and an e-mail address."
            : `This is for ${rolesInWords(needs)}. Sign in with an account that may look at it.`}
        </p>
        <button type="button" class="primary" onClick={() => askToSignIn()}>
          Sign in
        </button>
      </Panel>
    );
  if (needs && needs !== "user" && !needs.some((role) => profile.value?.roles.includes(role)))
    return (
      <Panel title="Not for this account">
        <Nothing>Only {rolesInWords(needs)} may look at this.</Nothing>
      </Panel>
    );
  if (state.error && !state.busy && !Content) return <NotLoaded retry={state.reload} />;
  return (
    <div ref={box}>{Content ? <Content path={path.value} /> : <Nothing>Loading …</Nothing>}</div>
  );
}

/** The screen's own part of the page did not come. A newer server may no longer have it. */
function NotLoaded({ retry }: { retry: () => void }) {
  const connected = connection.value === "live";
  return (
    <Panel title="This screen could not be loaded">
      <p class="complaint" role="alert">
        {connected
          ? "The server may have a newer version of this page."
          : "The server cannot be reached. It is tried again as soon as the connection is back."}
      </p>
      <p class="row">
        {connected && (
          <button type="button" class="primary" onClick={() => location.reload()}>
            Load the page again
          </button>
        )}
        <button type="button" onClick={retry}>
          Try again
        </button>
      </p>
    </Panel>
  );
}

type Link = readonly [screen: string, text: string];

function TopBar() {
  const me = profile.value;
  const signed_in = me !== null;
  // The button that signed out is gone.
  useEffect(
    () =>
      signed_in ? () => focusIfLost(find("#panel h2"), find(".bar-end :is(a, button)")) : undefined,
    [signed_in],
  );
  const operator = me?.roles.includes("operator") ?? false;
  const organiser = operator || (me?.roles.includes("organiser") ?? false);
  const play: Link[] = [["events", "Events"]];
  if (me)
    play.push(["me", "My ground"], ["tickets", "Tickets"], ["runs", "Runs"], ["notices", "News"]);
  if (me && server.value?.simulated_runs) play.push(["run", "Run here"]);
  const console_: Link[] = [];
  if (organiser) console_.push(["manage-events", "Manage events"]);
  if (operator)
    console_.push(
      ["users", "Users"],
      ["reviews", "Reviews"],
      ["actions", "Actions"],
      ["status", "Server"],
    );
  return (
    <header class="bar">
      <h1 class="brand">
        <a href={pathOf()}>fief</a>
      </h1>
      <BarLinks>
        <nav aria-label="Game">
          <Links of={play} />
        </nav>
        {console_.length > 0 && (
          <nav aria-label="Console" class="console-nav">
            <Links of={console_} />
          </nav>
        )}
      </BarLinks>
      <span class="bar-end">
        <ConnectionState />
        {me ? <AccountMenu name={me.username} /> : <SignInButton />}
      </span>
    </header>
  );
}

/** One row that scrolls where it is too long; the current screen's link is kept in view. */
function BarLinks({ children }: { children: ComponentChildren }) {
  const row = useRef<HTMLDivElement>(null);
  const current = route.value[0];
  useEffect(() => {
    const link = row.current?.querySelector("[aria-current]");
    link?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current]);
  return (
    <div ref={row} class="bar-links">
      {children}
    </div>
  );
}

function Links({ of }: { of: readonly Link[] }) {
  const current = route.value[0];
  return (
    <>
      {of.map(([screen, text]) => (
        <a
          key={screen}
          href={pathOf(screen)}
          aria-current={current === screen ? "page" : undefined}
        >
          {text}
          {screen === "notices" && <NewsCount />}
          {screen === "run" && under_way.value && (
            <>
              {" "}
              <span class="under-way">
                <span class="hidden-text">(a run is under way)</span>
              </span>
            </>
          )}
        </a>
      ))}
    </>
  );
}

function SignInButton() {
  return (
    <button type="button" class="primary" onClick={() => askToSignIn()}>
      Sign in
    </button>
  );
}

function AccountMenu({ name }: { name: string }) {
  return (
    <span class="account">
      <a href={pathOf("account")}>{name}</a>
      <button type="button" onClick={() => void signOut()}>
        Sign out
      </button>
    </span>
  );
}
