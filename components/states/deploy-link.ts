import { parseAsArrayOf, parseAsString } from "nuqs";

/** What opens the deploy sheet: `?deploy=<service>&instances=a,b&version=x`. */
export const deployParams = {
  deploy: parseAsString,
  instances: parseAsArrayOf(parseAsString),
  version: parseAsString,
};
