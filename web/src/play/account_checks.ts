/** What can be said about typed account data before it is sent. By field, as on the wire. */

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
