import { type BrowserContext, test as base, type Page } from "@playwright/test";
import { PERSON_COOKIE } from "@/lib/access/person";
import { CONSOLE_URL, DATA_FOLDER } from "../setup/console-url";
import { Api } from "./api";
import { Ground, type ServiceWish } from "./ground";
import type { TestService } from "./service";

export { expect } from "@playwright/test";

interface Console {
  /** Who sits at `page`, and arranges things through `api`. */
  readonly person: string;
  readonly api: Api;
  readonly newService: (wish?: ServiceWish) => Promise<TestService>;
  /** A browser of somebody's own, with the API as that person. */
  readonly someoneElse: (person: string) => Promise<{ readonly page: Page; readonly api: Api }>;
  /** What the page's own scripts failed with: nothing, in every test. */
  readonly noPageErrors: undefined;
}

export const test = base.extend<Console>({
  person: ["Mei Lin", { option: true }],
  context: async ({ context, person }, use) => {
    await context.addCookies([personCookie(person)]);
    await use(context);
  },
  api: async ({ playwright, person }, use) => {
    const request = await playwright.request.newContext({ baseURL: consoleUrl(), extraHTTPHeaders: personHeader(person) });
    await use(new Api(person, request));
    await request.dispose();
  },
  newService: async ({ api }, use) => {
    const ground = new Ground(api, { url: consoleUrl(), data: setting(DATA_FOLDER) });
    await use((wish) => ground.service(wish));
    await ground.clear();
  },
  someoneElse: async ({ browser, playwright }, use) => {
    const opened: { close(): Promise<void> }[] = [];
    await use(async (person) => {
      const context: BrowserContext = await browser.newContext();
      const request = await playwright.request.newContext({ baseURL: consoleUrl(), extraHTTPHeaders: personHeader(person) });
      opened.push(context, { close: () => request.dispose() });
      await context.addCookies([personCookie(person)]);
      return { page: await context.newPage(), api: new Api(person, request) };
    });
    for (const each of opened) await each.close();
  },
  noPageErrors: [
    async ({ context }, use) => {
      const errors: string[] = [];
      context.on("weberror", (error) => errors.push(error.error().stack ?? error.error().message));
      await use(undefined);
      base.expect(errors, "the page's own scripts failed").toEqual([]);
    },
    { auto: true },
  ],
});

export function consoleUrl(): string {
  return setting(CONSOLE_URL);
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: the global setup did not run`);
  return value;
}

function personCookie(person: string) {
  return { name: PERSON_COOKIE, value: encodeURIComponent(person), url: consoleUrl() };
}

function personHeader(person: string): Record<string, string> {
  return { cookie: `${PERSON_COOKIE}=${encodeURIComponent(person)}` };
}
