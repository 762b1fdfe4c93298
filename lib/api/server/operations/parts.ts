import { z } from "zod";
import { hostName, instanceId, rolloutId, serviceName, versionName } from "@/lib/api/contract";

/** An operation without parameters, query or body, answering 200: what most say differently, they say themselves. */
export const PLAIN = { params: z.object({}), query: z.strictObject({}), body: z.undefined(), status: 200 } as const;

export const ofService = z.object({ service: serviceName });
export const ofVersion = z.object({ service: serviceName, version: versionName });
export const ofInstance = z.object({ id: instanceId });
export const ofRollout = z.object({ id: rolloutId });
export const ofHost = z.object({ host: hostName });
/** The answer of a 204. */
export const nothing = z.undefined();
