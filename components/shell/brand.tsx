/** The mark: a hull leaving the slip. */
export function BrandMark({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 20 20" className={className}>
      <path d="M2 14l9-9 3 3-6 6z" fill="var(--accent)" />
      <path d="M2 17h16" stroke="var(--ink)" strokeWidth="2" strokeLinecap="round" />
      <path d="M14 8l3 3-3 3" fill="none" stroke="var(--accent)" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
