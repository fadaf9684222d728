/** A wallet in the browser (EIP-1193), if there is one. */
import { hexOf, isAddress, isSignature } from "./wallet_words";

interface Provider {
  request(asked: { method: string; params?: unknown[] }): Promise<unknown>;
}

export function browserWallet(): Provider | null {
  const found = (globalThis as { ethereum?: Partial<Provider> }).ethereum;
  return typeof found?.request === "function" ? (found as Provider) : null;
}

/** Asks the person, in the wallet's own window, which account it is. */
export async function askAddress(wallet: Provider): Promise<string> {
  const accounts = await asked(wallet, "eth_requestAccounts");
  const first: unknown = Array.isArray(accounts) ? accounts[0] : undefined;
  if (typeof first !== "string" || !isAddress(first)) throw new Error("The wallet has no account.");
  return first;
}

export async function askSignature(
  wallet: Provider,
  message: string,
  address: string,
): Promise<string> {
  const signature = await asked(wallet, "personal_sign", [hexOf(message), address]);
  if (typeof signature !== "string" || !isSignature(signature))
    throw new Error("The wallet gave no signature that can be used.");
  return signature;
}

const rejected_by_user = 4001;

async function asked(wallet: Provider, method: string, params?: unknown[]): Promise<unknown> {
  try {
    return await wallet.request({ method, ...(params && { params }) });
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code;
    if (code === rejected_by_user) throw new Error("You declined in the wallet.");
    throw error instanceof Error ? error : new Error("The wallet did not answer.");
  }
}
