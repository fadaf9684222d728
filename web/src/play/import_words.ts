/** What can become of an import, in plain words. */
import type { StravaConnection, StravaImport } from "../api/types";

export const file_bytes_max = 25_000_000;
const endings = [".gpx", ".tcx", ".fit"] as const;

/** What is wrong with a file before it is sent; null when nothing is. */
export function complaintAbout(file: { name: string; size: number }): string | null {
  const name = file.name.toLowerCase();
  if (!endings.some((ending) => name.endsWith(ending)))
    return "Only GPX, TCX and FIT files hold runs. Unpack compressed ones first.";
  if (file.size === 0) return "The file is empty.";
  if (file.size > file_bytes_max) return "The file is larger than 25 MB.";
  return null;
}

const refusals: Record<string, string> = {
  unsupported_format: "This is neither GPX, TCX nor FIT, or a version that is not known here.",
  malformed_file: "The file is damaged or cut off.",
  crc_mismatch: "The file is damaged: its checksum does not fit.",
  body_too_large: "The file is larger than 25 MB.",
  file_too_large: "The file is larger than 25 MB.",
  too_many_fixes: "The file has more than 50,000 points.",
  file_too_deep: "The file's XML is not what a sports program writes.",
  entities_refused: "The file's XML declares entities, which no sports program does.",
  names_refused: "The file's XML has names that no sports program writes.",
  no_activity: "The file is sound, but it holds no activity.",
  no_usable_time: "Its points have no times: this is a route or a course, not a run.",
  polyline_has_no_times: "This is an encoded line without times, not a run.",
  fix_in_future: "Its points lie in the future.",
  unknown_sport: "This sport is not known here.",
};

/** The sentence for a refusal's code; undefined where there is a general one. */
export function refusalInWords(code: string): string | undefined {
  return refusals[code];
}

const stravaStates: Record<StravaImport["state"], string> = {
  queued: "Queued",
  waiting_for_quota: "Waiting: Strava takes no more requests for now",
  waiting_to_retry: "Waiting for another try",
  fetching: "Fetching",
  done: "Imported",
  skipped: "Skipped",
  failed: "Failed",
};

export function importInWords(state: StravaImport["state"]): string {
  return stravaStates[state];
}

const stravaReasons: Record<string, string> = {
  other_sport: "not a run, walk or hike",
  manual: "typed in by hand, without positions",
  trainer: "on a treadmill",
  flagged: "flagged at Strava",
  private: "private at Strava",
  gone: "no longer at Strava",
  not_yours: "somebody else's",
  no_streams: "without positions and times",
  no_gps: "without positions",
  strava_unavailable: "Strava did not answer",
  busy: "the server was busy",
};

export function whyInWords(reason: string): string {
  return stravaReasons[reason] ?? reason.replaceAll("_", " ");
}

const connections: Record<StravaConnection["state"], string> = {
  active: "Connected",
  broken: "Broken: connect again",
  leaving: "Ending: its runs are being withdrawn",
};

export function connectionInWords(state: StravaConnection["state"]): string {
  return connections[state];
}

const returns: Record<string, readonly [kind: "good" | "bad", text: string]> = {
  connected: ["good", "Strava is connected. Your runs come by themselves now."],
  denied: ["bad", "You did not agree at Strava, so nothing is connected."],
  strava_taken: ["bad", "This Strava account is connected with another player."],
  strava_scope_missing: ["bad", "Strava did not allow reading your activities. Connect again."],
  strava_refused: ["bad", "Strava refused the connection. Try again."],
};

/** How the way to Strava and back ended: of the code in the address that one comes back to. */
export function returnInWords(code: string): readonly ["good" | "bad", string] {
  return returns[code] ?? ["bad", "The connection with Strava did not work. Try again."];
}
