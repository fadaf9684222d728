import { tell } from "./toast";

interface CopyProps {
  text: string;
  /** What is copied, where "Copy" alone would not say. */
  label?: string;
}

export function CopyButton({ text, label }: CopyProps) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text); // There is none on a page without TLS.
      tell("Copied.");
    } catch {
      tell("The browser does not let this page copy. Select the text instead.", "bad");
    }
  };
  return (
    <button type="button" aria-label={label} onClick={() => void copy()}>
      Copy
    </button>
  );
}
