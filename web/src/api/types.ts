/** Short names of the shapes of `net/openapi.yaml`. */
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type Profile = Schemas["Profile"];
export type Tokens = Schemas["Tokens"];
export type Problem = Schemas["Problem"];
export type Server = Schemas["Server"];
export type Event = Schemas["Event"];
export type EventCreate = Schemas["EventCreate"];
export type EventEdit = Schemas["EventEdit"];
export type EventState = Schemas["EventState"];
export type EventPreviewed = Schemas["EventPreviewed"];
export type Metric = Schemas["Metric"];
export type Standing = Schemas["Standing"];
export type Leaderboard = Schemas["Leaderboard"];
export type Ticket = Schemas["Ticket"];
export type Run = Schemas["Run"];
export type RunReason = Schemas["RunReason"];
export type Sport = Schemas["Sport"];
export type Track = Schemas["Track"];
export type TrackMark = Schemas["TrackMark"];
export type Tile = Schemas["Tile"];
export type TileHistory = Schemas["TileHistory"];
export type Territory = Schemas["Territory"];
export type Regions = Schemas["Regions"];
export type Region = Regions["items"][number];
export type Mining = Schemas["Mining"];
export type Notification = Schemas["Notification"];
export type LedgerEntry = Schemas["LedgerEntry"];
export type User = Schemas["User"];
export type Role = Schemas["Role"];
export type Action = Schemas["Action"];
export type Status = Schemas["Status"];
export type StatusSample = Schemas["StatusSample"];
export type Wallet = Schemas["Wallet"];
export type Deposit = Schemas["Deposit"];
export type StravaConnection = Schemas["StravaConnection"];
export type StravaImport = Schemas["StravaImport"];
export type HomeZones = Schemas["HomeZones"];
export type Fix = Schemas["Fix"];
export type ClientMessage = Schemas["ClientMessage"];
export type ServerMessage = Schemas["ServerMessage"];
export type Snapshot = Schemas["SocketSnapshot"];
export type Delta = Schemas["SocketDelta"];

/** `[west, south, east, north]` in degrees. */
export type Box = [number, number, number, number];
/** `[lat, lon]` in degrees, as the API has points. */
export type LatLon = [number, number];
