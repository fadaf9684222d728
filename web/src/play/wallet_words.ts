/** Addresses, amounts and signatures as people read and type them. */
import type { Deposit } from "../api/types";

export function isAddress(text: string): boolean {
  return /^0x[0-9a-fA-F]{40}$/.test(text);
}

export function isSignature(text: string): boolean {
  return /^0x[0-9a-fA-F]{130}$/.test(text);
}

/** `0x1234…cdef`, for lists; the whole belongs into its title. */
export function shortened(hex: string): string {
  return hex.length > 14 ? `${hex.slice(0, 8)}…${hex.slice(-6)}` : hex;
}

const numbers = new Intl.NumberFormat();

/** An amount in the token's smallest unit, exactly: up to 256 bits, which are no `number`. */
export function smallestUnits(amount: string): string {
  return /^\d+$/.test(amount) ? numbers.format(BigInt(amount)) : amount;
}

/** What `personal_sign` takes: the text's bytes. */
export function hexOf(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return `0x${Array.from(bytes, (x) => x.toString(16).padStart(2, "0")).join("")}`;
}

const states: Record<Deposit["state"], readonly [word: string, tone: string, meaning: string]> = {
  pending: ["Pending", "", "Its block may still be replaced by another."],
  waiting: ["Waiting", "", "Deep enough; it is about to be credited."],
  credited: ["Credited", "good", "The coins are yours."],
  refused: ["Refused", "bad", "It is larger than one deposit may be."],
};

export function depositInWords(state: Deposit["state"]): string {
  return states[state][0];
}

export function toneOfDeposit(state: Deposit["state"]): string {
  return states[state][1];
}

export function meaningOfDeposit(state: Deposit["state"]): string {
  return states[state][2];
}

const refusals: Record<string, string> = {
  challenge_expired: "The message is older than ten minutes or was used. Ask for a new one.",
  wallet_taken: "This wallet belongs to another account.",
  wallet_proof_invalid: "The signature is not of this wallet for this message.",
  chain_not_configured: "This server sells no coins on a chain.",
};

export function walletRefusalInWords(code: string): string | undefined {
  return refusals[code];
}
