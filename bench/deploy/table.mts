import { percentile, printTable, shown } from "../measure.mjs";
import type { Compared, Row } from "./compare.mjs";
import type { Took } from "./contestant.mjs";

const HEAD = [
  "",
  "runs",
  "deploy",
  "min – max",
  "of it waited",
  "CPU here",
  "CPU a host",
  "back",
  "min – max",
  "CPU here",
  "CPU a host",
];

export const median = (took: readonly Took[], part: keyof Took): number =>
  percentile(
    took.map((each) => each[part]),
    0.5,
  );

/** Processor time "here" is that of the console's side of all hosts together; "a host" that of one host. */
export function printRows({ rows, floor }: Compared, hosts: number): void {
  printTable(
    HEAD,
    rows.map((row) =>
      row.why === null ? cells(row, hosts, row === floor) : [row.name, row.why, ...HEAD.slice(2).map(() => "")],
    ),
  );
}

function cells({ name, deployed, back }: Row, hosts: number, local: boolean): readonly string[] {
  const half = (took: readonly Took[]) => {
    const walls = took.map(({ wall }) => wall);
    const here = local ? "–" : shown(median(took, "here"));
    const range = `${shown(percentile(walls, 0))} – ${shown(percentile(walls, 1))}`;
    return { wall: shown(median(took, "wall")), range, here, each: shown(median(took, "hosts") / hosts) };
  };
  const [there, again] = [half(deployed), half(back)];
  return [
    name,
    String(deployed.length),
    there.wall,
    there.range,
    "200 ms",
    there.here,
    there.each,
    again.wall,
    again.range,
    again.here,
    again.each,
  ];
}
