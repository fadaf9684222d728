/** Light or dark, as the viewer's system has it; the map's canvas cannot ask CSS. */
import { computed, signal } from "@preact/signals";
import { dark, light } from "./owner_colours";

const query = matchMedia("(prefers-color-scheme: dark)");

export const isDark = signal(query.matches);
query.addEventListener("change", () => (isDark.value = query.matches));

export const palette = computed(() => (isDark.value ? dark : light));
