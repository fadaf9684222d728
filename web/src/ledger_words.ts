/** Causes of the ledger in words. */

interface Cause {
  text: string;
  /** Where more of it is. */
  to?: readonly string[];
}

const words: Record<string, (part: string) => Cause> = {
  ticket: () => ({ text: "Ticket", to: ["tickets"] }),
  refund: () => ({ text: "Ticket paid back", to: ["tickets"] }),
  prize: (event) => ({ text: "Prize", to: ["events", event] }),
  mining: () => ({ text: "Mined tokens" }),
  grant: () => ({ text: "Given by an operator" }),
  welcome: () => ({ text: "Welcome" }),
  deposit: () => ({ text: "Deposit", to: ["wallet"] }),
};

/** `prize:<event>:<user>` and its like (openapi.yaml). A kind that is not known is shown as it is. */
export function causeOf(cause: string): Cause {
  const [kind = "", part = ""] = cause.split(":");
  const known = Object.hasOwn(words, kind) ? words[kind] : undefined;
  return known?.(part) ?? { text: cause };
}
