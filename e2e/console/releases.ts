import { DEMO_SERVICES, type DemoService, packagePath } from "../../lib/demo/catalogue";

/** A package on the console's own shelf. Any service may run it. */
export interface Release {
  readonly version: string;
  /** Relative to the console's address. */
  readonly path: string;
}

/** The demo's packages by what they do. */
export const RELEASES = {
  first: release("mailer", "1.8.0"),
  second: release("mailer", "1.9.0"),
  third: release("mailer", "1.9.1"),
  exits: release("checkout", "2.4.0"),
  neverHealthy: release("checkout", "2.6.0"),
  /** Needs six seconds before it answers. */
  slow: release("search", "5.3.0"),
} as const;

function release(service: DemoService["name"], version: string): Release {
  const found = DEMO_SERVICES.find(({ name }) => name === service)?.versions.find((each) => each.version === version);
  if (found === undefined) throw new Error(`the demo has no ${service} ${version}`);
  return { version, path: `/shelf/${packagePath(service, found)}` };
}
