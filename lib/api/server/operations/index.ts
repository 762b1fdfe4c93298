export * as definitions from "./definitions";
export * as fleet from "./fleet";
export * as instances from "./instances";
export * as rollouts from "./rollouts";
export * as services from "./services";
