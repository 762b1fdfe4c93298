/** As a `ref`: what has just come is scrolled to where it can be seen, such as an answer at the end of a long form. */
export function intoView(element: Element | null): void {
  element?.scrollIntoView({ block: "nearest" });
}
