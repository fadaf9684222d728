/** `#/reviews`, `#/reviews/<run>`: runs that raised a doubt. */
import "../styles/console.css";
import type { PanelProps } from "../panels";
import { ReviewPage } from "./reviews/review_page";
import { ReviewQueue } from "./reviews/review_queue";

export default function ReviewsPanel({ path }: PanelProps) {
  const [id] = path;
  return id === undefined ? <ReviewQueue /> : <ReviewPage key={id} id={id} />;
}
