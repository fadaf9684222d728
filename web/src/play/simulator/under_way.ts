/** Whether the simulated phone of this page runs. By itself, so that the bar need not load it. */
import { signal } from "@preact/signals";

export const under_way = signal(false);
