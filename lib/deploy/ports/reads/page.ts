export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; null on the last page. */
  readonly nextCursor: string | null;
}

export interface PageRequest {
  /** 1–500. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export type Labels = Readonly<Record<string, string>>;
