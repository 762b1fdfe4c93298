import { notFound } from "next/navigation";

/** Any other address: the console's frame, and in it that there is nothing. */
export default function Page() {
  notFound();
}
