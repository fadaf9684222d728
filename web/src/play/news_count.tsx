import { counted_max, unread } from "./news";

/** Behind the link in the bar. */
export function NewsCount() {
  const count = unread.value;
  if (count === 0) return null;
  const text = count >= counted_max ? `${counted_max}+` : `${count}`;
  return (
    <>
      {" "}
      <span class="unread-count">
        {text}
        <span class="hidden-text"> unread</span>
      </span>
    </>
  );
}
