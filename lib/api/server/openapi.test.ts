import { describe, expect, it } from "vitest";
import { openApi } from "./openapi";

describe("the OpenAPI page", () => {
  const text = JSON.stringify(openApi());
  const page = JSON.parse(text);

  it("describes every operation with its parameters, its body and its answer", () => {
    const deploy = page.paths["/deployments"].post;
    expect(deploy.requestBody.content["application/json"].schema.required).toEqual([
      "deploy_id",
      "service",
      "version",
      "instances",
      "package_url",
    ]);
    expect(Object.keys(deploy.responses)).toEqual(["202", "default"]);
    const list = page.paths["/services/{service}/instances"].get.parameters;
    expect(list).toContainEqual(expect.objectContaining({ name: "service", in: "path", required: true }));
    expect(list).toContainEqual(expect.objectContaining({ name: "limit", in: "query", required: false }));
  });

  it("gives each operation a summary", () => {
    for (const path of Object.values<Record<string, { summary: string }>>(page.paths)) {
      for (const operation of Object.values(path)) expect(operation.summary).not.toBe("");
    }
  });
});
