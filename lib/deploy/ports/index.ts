/** The only doors to the world. Engine, commands and queries know these; `compose.ts` wires what stands behind them. */
export * from "./clock";
export * from "./events";
export * from "./health";
export * from "./host";
export * from "./packages";
export * from "./transport";
