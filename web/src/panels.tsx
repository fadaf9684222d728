/** Which screen belongs to which address. Each is loaded when it is first needed. */
import type { ComponentType } from "preact";
import type { Role } from "./api/types";

export interface PanelProps {
  /** The address's parts behind the screen's own: of `#/events/0190...` it is `["0190..."]`. */
  path: string[];
}

interface Screen {
  load: () => Promise<{ default: ComponentType<PanelProps> }>;
  /** Whom it is for: null everybody, "user" whoever is signed in, or one of these roles. */
  needs: null | "user" | readonly Role[];
  /** Wider than usual: tables and charts. */
  wide?: boolean;
}

const staff: readonly Role[] = ["organiser", "operator"];

export const screens: Record<string, Screen> = {
  tile: { load: () => import("./map/tile_panel"), needs: null },
  events: { load: () => import("./play/events_panel"), needs: null },
  tickets: { load: () => import("./play/tickets_panel"), needs: "user" },
  me: { load: () => import("./play/me_panel"), needs: "user" },
  notices: { load: () => import("./play/notices_panel"), needs: "user" },
  runs: { load: () => import("./play/runs_panel"), needs: "user" },
  run: { load: () => import("./play/simulator_panel"), needs: "user" },
  wallet: { load: () => import("./play/wallet_panel"), needs: "user" },
  imports: { load: () => import("./play/imports_panel"), needs: "user" },
  account: { load: () => import("./play/account_panel"), needs: "user" },
  "manage-events": { load: () => import("./console/events_panel"), needs: staff },
  users: { load: () => import("./console/users_panel"), needs: ["operator"], wide: true },
  reviews: { load: () => import("./console/reviews_panel"), needs: ["operator"] },
  actions: { load: () => import("./console/actions_panel"), needs: ["operator"], wide: true },
  status: { load: () => import("./console/status_panel"), needs: ["operator"], wide: true },
};
