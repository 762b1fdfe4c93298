import { z } from "zod";
import {
  eventPage,
  host,
  hostCheck,
  hostCheckInput,
  hostInput,
  hostKeyInput,
  hostPage,
  hostUpdate,
  overview,
  packageAnswer,
  packageQuestion,
  pageQuery,
  searchAnswer,
  searchQuery,
  serviceName,
  time,
} from "@/lib/api/contract";
import type { Operation } from "../route";
import { nothing, ofHost, PLAIN } from "./parts";

const changesQuery = z.strictObject({
  ...pageQuery.shape,
  from: time.optional(),
  to: time.optional(),
  service: serviceName.optional(),
});

export const getOverview = {
  ...PLAIN,
  method: "GET",
  path: "/overview",
  summary: "What is under way and what needs attention",
  answer: overview,
} as const satisfies Operation;
export const search = {
  ...PLAIN,
  method: "GET",
  path: "/search",
  summary: "Anything with a name",
  query: searchQuery,
  answer: searchAnswer,
} as const satisfies Operation;
export const listChanges = {
  ...PLAIN,
  method: "GET",
  path: "/changes",
  summary: "Everything that changed, newest first",
  query: changesQuery,
  answer: eventPage,
} as const satisfies Operation;
export const listHosts = {
  ...PLAIN,
  method: "GET",
  path: "/hosts",
  summary: "Hosts with what runs there",
  query: z.strictObject(pageQuery.shape),
  answer: hostPage,
} as const satisfies Operation;
export const addHost = {
  ...PLAIN,
  method: "POST",
  path: "/hosts",
  summary: "Add a host",
  body: hostInput,
  answer: host,
  status: 201,
} as const satisfies Operation;
export const updateHost = {
  ...PLAIN,
  method: "PUT",
  path: "/hosts/{host}",
  summary: "Drain a host, or open it again",
  params: ofHost,
  body: hostUpdate,
  answer: host,
} as const satisfies Operation;
export const checkHost = {
  ...PLAIN,
  method: "POST",
  path: "/hosts/check",
  summary: "Look at a host before it is added",
  body: hostCheckInput,
  answer: hostCheck,
} as const satisfies Operation;
export const checkKnownHost = {
  ...PLAIN,
  method: "POST",
  path: "/hosts/{host}/check",
  summary: "Look at a host",
  params: ofHost,
  answer: hostCheck,
} as const satisfies Operation;
export const acceptHostKey = {
  ...PLAIN,
  method: "PUT",
  path: "/hosts/{host}/host-key",
  summary: "Accept another key of a host that was set up anew",
  params: ofHost,
  body: hostKeyInput,
  answer: host,
} as const satisfies Operation;
export const retireHost = {
  ...PLAIN,
  method: "DELETE",
  path: "/hosts/{host}",
  summary: "Retire a host without instances",
  params: ofHost,
  answer: nothing,
  status: 204,
} as const satisfies Operation;
export const validatePackage = {
  ...PLAIN,
  method: "POST",
  path: "/packages/validate",
  summary: "Really ask a package URL",
  body: packageQuestion,
  answer: packageAnswer,
} as const satisfies Operation;
