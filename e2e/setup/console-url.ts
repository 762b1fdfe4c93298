/** The environment variable through which the global setup tells every test where the console is. */
export const CONSOLE_URL = "SLIPWAY_E2E_URL";
/** And the one for the folder of everything that it keeps. */
export const DATA_FOLDER = "SLIPWAY_E2E_DATA";
