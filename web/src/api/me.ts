import { api, must } from "./client";
import { profile } from "./session";

/** Asks for the profile again, as after what changes a balance. */
export async function reloadProfile(): Promise<void> {
  if (!profile.value) return;
  const { id } = profile.value;
  const now = await must(api.GET("/v1/me"));
  if (profile.value?.id === id && now.id === id) profile.value = now; // Somebody else by now?
}
