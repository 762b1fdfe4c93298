import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { argumentsOf } from "@/components/sentences/values";
import { LOCALES } from "./locales";
import { NAMESPACES } from "./namespaces";

const root = path.resolve(import.meta.dirname, "../messages");

function sentences(value: unknown, prefix = ""): ReadonlyMap<string, string> {
  if (typeof value === "string") return new Map([[prefix, value]]);
  if (typeof value !== "object" || value === null) throw new Error(`${prefix} is neither a sentence nor a group`);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...sentences(inner, prefix === "" ? key : `${prefix}.${key}`)]),
  );
}

const read = (locale: string, namespace: string) =>
  sentences(JSON.parse(readFileSync(path.join(root, locale, `${namespace}.json`), "utf8")));

/** Names of ICU arguments and of rich-text tags. */
function placeholders(sentence: string): readonly string[] {
  return [...argumentsOf(sentence).keys(), ...[...sentence.matchAll(/<(\w+)>/g)].map((match) => match[1] ?? "")];
}

describe.each(LOCALES)("messages in %s", (locale) => {
  it("are one file a namespace, none forgotten", () => {
    expect(readdirSync(path.join(root, locale)).sort()).toEqual(NAMESPACES.map((namespace) => `${namespace}.json`));
  });
});

describe.each(NAMESPACES)("%s", (namespace) => {
  const en = read("en", namespace);
  const zh = read("zh", namespace);

  it("says the same things in both languages", () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
  });

  it("asks in Chinese for no value that English does not have", () => {
    const unknown = [...zh].filter(([key, sentence]) =>
      placeholders(sentence).some((name) => !placeholders(en.get(key) ?? "").includes(name)),
    );
    expect(unknown.map(([key]) => key)).toEqual([]);
  });
});
