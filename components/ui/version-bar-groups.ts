/** One version's part of a bar. */
export interface Segment {
  readonly version: string;
  readonly color: number;
  readonly instances: number;
  readonly healthy: number;
  readonly newest: boolean;
}

export interface SegmentGroups {
  /** In the order given. */
  readonly shown: readonly Segment[];
  /** The healthy rest, told as `+N`. */
  readonly rest: { readonly versions: number; readonly instances: number };
}

/**
 * What a bar shows of many versions: the `most` largest, the newest, and every one with an instance that does not answer; the
 * others are one group. A group of one would take the room of its only member, so that member is shown.
 */
export function groupSegments(segments: readonly Segment[], most = 3): SegmentGroups {
  const running = segments.filter((segment) => segment.instances > 0);
  const largest = new Set([...running].sort((a, b) => b.instances - a.instances).slice(0, most));
  const isShown = (segment: Segment) => largest.has(segment) || segment.newest || segment.healthy < segment.instances;
  const hidden = running.filter((segment) => !isShown(segment));
  if (hidden.length <= 1) return { shown: running, rest: { versions: 0, instances: 0 } };
  return {
    shown: running.filter(isShown),
    rest: { versions: hidden.length, instances: hidden.reduce((sum, segment) => sum + segment.instances, 0) },
  };
}
