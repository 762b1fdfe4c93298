/** What must be reached; see the README beside the scripts. */
import { shown } from "../measure.mjs";
import type { Compared } from "./compare.mjs";
import type { Crowd } from "./crowd.mjs";
import { median } from "./table.mjs";

const AS_FAST_AS_ANSIBLE = 8;
const CPU_OF_ANSIBLE = 1 / 20;
const OF_FLOOR = 1.5;
const BACK_OF_FLOOR = 2;
const BACK_MORE_MS = 300;
const BACK_AS_FAST_AS_ANSIBLE = 20;
const MEMORY_MB = 400;
/** What one host costs among many, as a multiple of what it costs among few. */
const FLAT = 1.25;
/** A host that says nothing is given up after so long, whether a connection or a question waits for it. */
const HOST_TIMEOUT_MS = 10_000;

export interface Bar {
  readonly what: string;
  readonly bar: string;
  readonly found: string;
  readonly met: boolean;
}

export function barsOf(
  { floor, slipway, ansible, hung }: Compared,
  crowd: Crowd,
  { hosts, many }: { readonly hosts: number; readonly many: number },
): readonly Bar[] {
  const [deployed, back] = [median(slipway.deployed, "wall"), median(slipway.back, "wall")];
  const backBar = BACK_OF_FLOOR * median(floor.back, "wall") + BACK_MORE_MS;
  const peakMb = crowd.peakBytes / 1e6;
  const each = (part: "here" | "hosts") => {
    const [few, lots] = [median(slipway.deployed, part) / hosts, median(crowd.deployed, part) / many];
    return { found: `${shown(few)} → ${shown(lots)}, × ${(lots / few).toFixed(2)}`, met: lots / few <= FLAT };
  };
  const cost = hung.others - deployed;
  return [
    ...againstAnsible({ slipway, ansible }),
    {
      what: "deployment, of the floor's time",
      bar: `at most × ${OF_FLOOR}`,
      found: `× ${(deployed / median(floor.deployed, "wall")).toFixed(2)}`,
      met: deployed <= OF_FLOOR * median(floor.deployed, "wall"),
    },
    {
      what: "rollback",
      bar: `at most ${BACK_OF_FLOOR} × the floor + ${BACK_MORE_MS} ms: ${shown(backBar)}`,
      found: shown(back),
      met: back <= backBar,
    },
    {
      what: `one hung of ${hosts}: the others later by`,
      bar: `under ${HOST_TIMEOUT_MS / 1000} s`,
      found: `${shown(cost)} (ended after ${shown(hung.ended)})`,
      met: cost < HOST_TIMEOUT_MS,
    },
    {
      what: `${many} hosts: the worker's memory`,
      bar: `under ${MEMORY_MB} MB`,
      found: `${peakMb.toFixed(0)} MB`,
      met: peakMb < MEMORY_MB,
    },
    { what: `CPU here a host, ${hosts} → ${many}`, bar: `at most × ${FLAT}`, ...each("here") },
    { what: `CPU on a host, ${hosts} → ${many}`, bar: `at most × ${FLAT}`, ...each("hosts") },
  ];
}

function againstAnsible({ slipway, ansible }: Pick<Compared, "slipway" | "ansible">): readonly Bar[] {
  const faster = (what: string, part: "deployed" | "back", least: number): Bar => {
    if (ansible.why !== null) return { what, bar: `at least × ${least}`, found: ansible.why, met: false };
    const times = median(ansible[part], "wall") / median(slipway[part], "wall");
    return { what, bar: `at least × ${least}`, found: `× ${times.toFixed(1)}`, met: times >= least };
  };
  const bar = `at most 1/${1 / CPU_OF_ANSIBLE}`;
  const cpu = (): Bar => {
    const what = "deployment, CPU here, of Ansible's";
    if (ansible.why !== null) return { what, bar, found: ansible.why, met: false };
    const share = median(slipway.deployed, "here") / median(ansible.deployed, "here");
    return { what, bar, found: `1/${(1 / share).toFixed(1)}`, met: share <= CPU_OF_ANSIBLE };
  };
  return [
    faster("deployment, as fast as Ansible (goal: × 12)", "deployed", AS_FAST_AS_ANSIBLE),
    cpu(),
    faster("rollback, as fast as Ansible", "back", BACK_AS_FAST_AS_ANSIBLE),
  ];
}
