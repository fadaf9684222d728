/** What is wrong with typed account data, before it is sent and after. By field, as on the wire. */
import { Refusal, sentenceOf } from "../api/problem";

type Complaints = Record<string, string>;

export function emailComplaint(typed: string): Complaints {
  const email = typed.trim();
  const at = email.indexOf("@");
  return at > 0 && at < email.length - 1 && email.length <= 254
    ? {}
    : { email: "An e-mail address, as name@example.com." };
}

export function usernameComplaint(typed: string): Complaints {
  return /^[\p{L}\p{M}\p{Nd}_.-]{3,24}$/u.test(typed.trim())
    ? {}
    : { username: "3 to 24 letters, digits or _ - ." };
}

export function newPasswordComplaint(typed: string): Complaints {
  if (typed.length < 8) return { password: "At least 8 characters." };
  return typed.length > 256 ? { password: "At most 256 characters." } : {};
}

const field_of: Record<string, string> = { email_taken: "email", username_taken: "username" };

/** What somebody else has is said at its field, which the server does not name. */
export function atField(error: unknown): unknown {
  const field = error instanceof Refusal ? field_of[error.code] : undefined;
  if (!(error instanceof Refusal) || field === undefined) return error;
  const errors = [{ field, code: error.code, detail: sentenceOf(error) }];
  return new Refusal(error.status, { ...error.problem, errors }, error.retryAfter);
}
