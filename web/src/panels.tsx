/** Which screen belongs to which address. Each is loaded when it is first needed. */
import type { ComponentType } from "preact";
import type { Role } from "./api/types";

export interface PanelProps {
  /** The address's parts behind the screen's own: of `#/events/0190...` it is `["0190..."]`. */
  path: string[];
}

interface Screen {
  title: string;
  load: () => Promise<{ default: ComponentType<PanelProps> }>;
  /** Whom it is for: null everybody, "user" whoever is signed in, or one of these roles. */
  needs: null | "user" | readonly Role[];
  /** Wider than usual: tables and charts. */
  wide?: boolean;
}

const staff: readonly Role[] = ["organiser", "operator"];

const screens: Record<string, Screen> = {
  tile: { title: "Tile", load: () => import("./map/tile_panel"), needs: null },
  events: { title: "Events", load: () => import("./play/events_panel"), needs: null },
  tickets: { title: "Tickets", load: () => import("./play/tickets_panel"), needs: "user" },
  me: { title: "My ground", load: () => import("./play/me_panel"), needs: "user" },
  notices: { title: "News", load: () => import("./play/notices_panel"), needs: "user" },
  runs: { title: "Runs", load: () => import("./play/runs_panel"), needs: "user" },
  run: { title: "Run here", load: () => import("./play/simulator_panel"), needs: "user" },
  wallet: { title: "Wallet", load: () => import("./play/wallet_panel"), needs: "user" },
  imports: { title: "Imports", load: () => import("./play/imports_panel"), needs: "user" },
  account: { title: "Account", load: () => import("./play/account_panel"), needs: "user" },
  "manage-events": {
    title: "Manage events",
    load: () => import("./console/events_panel"),
    needs: staff,
  },
  users: {
    title: "Users",
    load: () => import("./console/users_panel"),
    needs: ["operator"],
    wide: true,
  },
  reviews: { title: "Reviews", load: () => import("./console/reviews_panel"), needs: ["operator"] },
  actions: {
    title: "Actions",
    load: () => import("./console/actions_panel"),
    needs: ["operator"],
    wide: true,
  },
  status: {
    title: "Server",
    load: () => import("./console/status_panel"),
    needs: ["operator"],
    wide: true,
  },
};

/** The name comes from the address, where anybody may write anything: `constructor`, too. */
export function screenOf(name: string): Screen | undefined {
  return Object.hasOwn(screens, name) ? screens[name] : undefined;
}

export const screen_names: readonly string[] = Object.keys(screens);

/** What the window is called while a screen is open; "" is the map. */
export function windowTitle(name: string): string {
  return name === "" ? "fief" : `${screenOf(name)?.title ?? "Not found"} · fief`;
}

/** Roles as a sentence has them: "organisers and operators". */
export function rolesInWords(roles: readonly Role[]): string {
  return roles.map((role) => `${role}s`).join(" and ");
}
