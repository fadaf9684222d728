/** Coins as people write them, and the cents that are sent. */

export type Amount = { cents: number } | { wrong: string };

/** As much as the server takes. */
export const cents_max = 100_000_000;

/** `3`, `3.5` or `3,50`. No signs, and no marks between thousands, which read as decimals elsewhere. */
export function centsOf(text: string, min = 0, max = cents_max): Amount {
  const match = /^(\d{1,9})(?:[.,](\d*))?$/.exec(text.trim());
  if (!match) return { wrong: "An amount of coins, like 3 or 3.50." };
  const [, whole = "0", part = ""] = match;
  if (part.length > 2) return { wrong: "At most two decimals." };
  const cents = Number(whole) * 100 + Number(part.padEnd(2, "0"));
  if (cents < min) return { wrong: `At least ${coinsText(min)} coins.` };
  if (cents > max) return { wrong: `At most ${coinsText(max)} coins.` };
  return { cents };
}

/** What `centsOf` reads back as the same: `3.50`; `3` for whole coins. */
export function coinsText(cents: number): string {
  const part = cents % 100;
  return part === 0
    ? String(cents / 100)
    : `${(cents - part) / 100}.${String(part).padStart(2, "0")}`;
}
