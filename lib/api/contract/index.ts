export * from "./event";
export * from "./fields";
export * from "./host";
export * from "./instance";
export * from "./problem";
export * from "./rollout";
export * from "./service";
export * from "./strategy";
